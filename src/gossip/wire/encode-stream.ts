import { MsgpackWriter } from '../../base/msgpack/writer.ts';
import type { PushPull, User } from '../messages.ts';
import { encodeMessage } from './encode-message.ts';
import { ENCRYPTION_BYTES, seal } from './keyring.ts';
import { labelHeader } from './label.ts';
import { MESSAGE_TYPE } from './message-type.ts';
import { writeNode } from './node-state.ts';
import type { Envelope } from './packet.ts';
import { frameHeader } from './stream-frame.ts';
import type { StreamEnd, StreamMessage } from './stream-message.ts';
import { pushPullStruct, userStruct } from './structs.ts';

/**
 * All that `end` says on a stream (memberlist's net.go).
 * @param nonce NONCE_BYTES random bytes, if there are keys
 */
export function encodeStream(
  message: StreamMessage,
  envelope: Envelope,
  end: StreamEnd,
  nonce: Uint8Array,
): Uint8Array {
  const { label, keyring } = envelope;
  const plain = encodeBody(message);
  const writer = new MsgpackWriter();
  if (end === 'dialler') writer.verbatim(labelHeader(label));
  if (keyring === undefined) return writer.verbatim(plain).bytes();
  const header = frameHeader(plain.length + ENCRYPTION_BYTES);
  const authenticated = Buffer.concat([header, Buffer.from(label)]);
  return writer
    .verbatim(header)
    .verbatim(seal(keyring, plain, authenticated, nonce))
    .bytes();
}

function encodeBody(message: StreamMessage): Uint8Array {
  switch (message.kind) {
    case 'push-pull':
      return encodePushPull(message.state);
    case 'user':
      return encodeUser(message);
    default:
      return encodeMessage(message);
  }
}

function encodePushPull(state: PushPull): Uint8Array {
  const writer = new MsgpackWriter().byte(MESSAGE_TYPE.pushPull);
  pushPullStruct.write(writer, {
    Join: state.isJoin,
    Nodes: state.nodes.length,
    UserStateLen: state.userState.length,
  });
  for (const node of state.nodes) writeNode(writer, node);
  return writer.verbatim(state.userState).bytes();
}

/** On a stream a user's message says how long it is; a packet's end is its own. */
function encodeUser({ payload }: User): Uint8Array {
  const writer = new MsgpackWriter().byte(MESSAGE_TYPE.user);
  userStruct.write(writer, { UserMsgLen: payload.length });
  return writer.verbatim(payload).bytes();
}
