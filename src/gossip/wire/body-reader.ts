import { MsgpackReader } from '../../base/msgpack/reader.ts';
import type { RemoteNode } from '../messages.ts';
import { decodeAck, decodeError, decodePing } from './decode-message.ts';
import { MESSAGE_TYPE } from './message-type.ts';
import { readNode } from './node-state.ts';
import { MOST_STREAM_BYTES, type StreamMessage } from './stream-message.ts';
import { pushPullStruct, userStruct } from './structs.ts';
import { GossipWireError, malformed } from './wire-error.ts';

/**
 * Reads one message of a stream. It is called with all bytes after the message's type, again and again
 * as more of them come, and goes on where it stopped.
 * @throws MsgpackError of kind truncated while it takes more bytes; GossipWireError
 */
export type BodyReader = (body: Uint8Array) => StreamMessage;

/** Beyond this a node, which takes some 60 bytes, cannot have been sent. */
const MOST_NODES = 65_536;

/** @throws GossipWireError where no such message goes over a stream */
export function bodyReader(type: number): BodyReader {
  switch (type) {
    case MESSAGE_TYPE.pushPull:
      return pushPullReader();
    case MESSAGE_TYPE.user:
      return readUser;
    case MESSAGE_TYPE.ping:
      return (body) => decodePing(new MsgpackReader(body));
    case MESSAGE_TYPE.ack:
      return (body) => decodeAck(new MsgpackReader(body));
    case MESSAGE_TYPE.error:
      return (body) => decodeError(new MsgpackReader(body));
    default:
      throw new GossipWireError('unknown-type', `message type ${type} on a stream`);
  }
}

function readUser(body: Uint8Array): StreamMessage {
  const reader = new MsgpackReader(body);
  const length = limited(userStruct.read(reader).UserMsgLen, MOST_STREAM_BYTES, 'bytes');
  return { kind: 'user', payload: reader.verbatim(length) };
}

function pushPullReader(): BodyReader {
  const nodes: RemoteNode[] = [];
  let read = 0;
  let position = 0;
  let header: typeof pushPullStruct.zero | undefined;
  return (body) => {
    const reader = new MsgpackReader(body, position);
    if (header === undefined) {
      header = pushPullStruct.read(reader);
      limited(header.Nodes, MOST_NODES, 'nodes');
      limited(header.UserStateLen, MOST_STREAM_BYTES, 'bytes');
      position = reader.position;
    }
    while (read < header.Nodes) {
      const node = readNode(reader);
      if (node !== undefined) nodes.push(node);
      read += 1;
      position = reader.position;
    }
    const userState = reader.verbatim(header.UserStateLen);
    const state = { isJoin: header.Join, nodes, userState };
    return { kind: 'push-pull', state, refused: header.Nodes - nodes.length };
  };
}

function limited(count: number, most: number, what: string): number {
  if (count < 0) throw malformed(`${count} ${what}`);
  if (count > most) throw new GossipWireError('too-large', `${count} ${what}, more than ${most}`);
  return count;
}
