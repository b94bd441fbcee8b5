import { MsgpackError } from '../../base/msgpack/msgpack-error.ts';
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

/**
 * No struct but a hostile one is longer. What has not come whole is read again with each piece, which
 * must not cost more, the more has come.
 */
const MOST_STRUCT_BYTES = 8_192;

/** @throws GossipWireError where no such message goes over a stream */
export function bodyReader(type: number): BodyReader {
  switch (type) {
    case MESSAGE_TYPE.pushPull:
      return pushPullReader();
    case MESSAGE_TYPE.user:
      return readUser;
    case MESSAGE_TYPE.ping:
      return (body) => readStruct(body, 0, decodePing).value;
    case MESSAGE_TYPE.ack:
      return (body) => readStruct(body, 0, decodeAck).value;
    case MESSAGE_TYPE.error:
      return (body) => readStruct(body, 0, decodeError).value;
    default:
      throw new GossipWireError('unknown-type', `message type ${type} on a stream`);
  }
}

function readUser(body: Uint8Array): StreamMessage {
  const { value, end } = readStruct(body, 0, userStruct.read);
  const length = limited(value.UserMsgLen, MOST_STREAM_BYTES, 'bytes');
  return { kind: 'user', payload: new MsgpackReader(body, end).verbatim(length) };
}

function pushPullReader(): BodyReader {
  const nodes: RemoteNode[] = [];
  let read = 0;
  let position = 0;
  let header: typeof pushPullStruct.zero | undefined;
  const take = <T>(body: Uint8Array, readIt: (reader: MsgpackReader) => T): T => {
    const { value, end } = readStruct(body, position, readIt);
    position = end;
    return value;
  };
  return (body) => {
    if (header === undefined) {
      header = take(body, pushPullStruct.read);
      limited(header.Nodes, MOST_NODES, 'nodes');
      limited(header.UserStateLen, MOST_STREAM_BYTES, 'bytes');
    }
    for (; read < header.Nodes; read += 1) {
      const node = take(body, readNode);
      if (node !== undefined) nodes.push(node);
    }
    const userState = new MsgpackReader(body, position).verbatim(header.UserStateLen);
    const state = { isJoin: header.Join, nodes, userState };
    return { kind: 'push-pull', state, refused: header.Nodes - nodes.length };
  };
}

function readStruct<T>(
  body: Uint8Array,
  start: number,
  read: (reader: MsgpackReader) => T,
): { readonly value: T; readonly end: number } {
  const window = body.subarray(start, start + MOST_STRUCT_BYTES);
  const reader = new MsgpackReader(window);
  try {
    return { value: read(reader), end: start + reader.position };
  } catch (error) {
    const isCut = error instanceof MsgpackError && error.kind === 'truncated';
    if (!isCut || window.length < MOST_STRUCT_BYTES) throw error;
    const detail = `a struct of more than ${MOST_STRUCT_BYTES} bytes`;
    throw new GossipWireError('too-large', detail, { cause: error });
  }
}

function limited(count: number, most: number, what: string): number {
  if (count < 0) throw malformed(`${count} ${what}`);
  if (count > most) throw new GossipWireError('too-large', `${count} ${what}, more than ${most}`);
  return count;
}
