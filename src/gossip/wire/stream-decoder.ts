import { type InputBuffer, inputBuffer } from '../../base/input-buffer.ts';
import { MsgpackReader } from '../../base/msgpack/reader.ts';
import { type BodyReader, bodyReader } from './body-reader.ts';
import { open } from './keyring.ts';
import { labelHeader, withoutLabel } from './label.ts';
import { MESSAGE_TYPE } from './message-type.ts';
import { decompressed, type Envelope } from './packet.ts';
import { FRAME_HEADER_BYTES } from './stream-frame.ts';
import { MOST_STREAM_BYTES, type StreamEnd, type StreamMessage } from './stream-message.ts';
import { compressedStruct } from './structs.ts';
import { GossipWireError, malformed, readIfComplete } from './wire-error.ts';

export interface StreamDecoder {
  /**
   * Takes in the next bytes, in whatever pieces they come, and returns the message once all of it is
   * there. What comes after it is not looked at: each end says one message.
   * @throws GossipWireError when there can be none any more: the stream is to be closed
   */
  push(chunk: Uint8Array): StreamMessage | undefined;
}

/** What comes next on the stream. */
type Stage =
  | { readonly kind: 'label' }
  | { readonly kind: 'type' }
  | { readonly kind: 'body'; readonly read: BodyReader }
  | { readonly kind: 'compressed' }
  | { readonly kind: 'encrypted' };

/** Reads what the `end` of a stream says that is not ours. */
export function streamDecoder(envelope: Envelope, end: StreamEnd): StreamDecoder {
  const input = inputBuffer();
  let stage: Stage = { kind: end === 'dialler' ? 'label' : 'type' };
  return {
    push(chunk) {
      input.append(chunk);
      for (;;) {
        const next = advance(stage, input, envelope);
        if (next === undefined) break;
        if (!('stage' in next)) return next;
        stage = next.stage;
      }
      if (input.bytes().length > MOST_STREAM_BYTES) throw tooLarge(input.bytes().length);
      return undefined;
    },
  };
}

/** The next stage or the message; undefined when it takes more bytes. */
function advance(
  stage: Stage,
  input: InputBuffer,
  envelope: Envelope,
): { readonly stage: Stage } | StreamMessage | undefined {
  switch (stage.kind) {
    case 'label':
      return takeLabel(input, envelope.label);
    case 'type':
      return takeType(input, envelope);
    case 'body':
      return readIfComplete('a stream', () => stage.read(input.bytes()));
    case 'compressed':
      return readCompressed(input.bytes());
    case 'encrypted':
      return readEncrypted(input.bytes(), envelope);
  }
}

function takeLabel(input: InputBuffer, label: string): { readonly stage: Stage } | undefined {
  const bytes = input.bytes();
  const header = labelHeader(label);
  // Another label is seen by its first bytes; ours takes all of them.
  const isSoFar = Buffer.compare(
    bytes.subarray(0, header.length),
    header.subarray(0, bytes.length),
  );
  if (isSoFar === 0 && bytes.length < Math.max(1, header.length)) return undefined;
  withoutLabel(bytes, label);
  input.consume(header.length);
  return { stage: { kind: 'type' } };
}

function takeType(
  input: InputBuffer,
  { keyring }: Envelope,
): { readonly stage: Stage } | undefined {
  const [type] = input.bytes();
  if (type === undefined) return undefined;
  if (type === MESSAGE_TYPE.encrypted) return { stage: { kind: 'encrypted' } };
  if (keyring !== undefined) throw new GossipWireError('unreadable', 'a stream in plain');
  input.consume(1);
  return { stage: stageOf(type) };
}

function stageOf(type: number): Stage {
  if (type === MESSAGE_TYPE.compressed) return { kind: 'compressed' };
  return { kind: 'body', read: bodyReader(type) };
}

function readEncrypted(
  bytes: Uint8Array,
  { label, keyring, isReplay }: Envelope,
): StreamMessage | undefined {
  if (keyring === undefined) throw new GossipWireError('unreadable', 'an encrypted stream');
  if (bytes.length < FRAME_HEADER_BYTES) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  if (length > MOST_STREAM_BYTES - FRAME_HEADER_BYTES) throw tooLarge(length);
  if (bytes.length < FRAME_HEADER_BYTES + length) return undefined;
  const authenticated = Buffer.concat([bytes.subarray(0, FRAME_HEADER_BYTES), Buffer.from(label)]);
  const sealed = bytes.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + length);
  return readWhole(open(keyring, sealed, authenticated, isReplay));
}

function readCompressed(bytes: Uint8Array): StreamMessage | undefined {
  const read = () => compressedStruct.read(new MsgpackReader(bytes));
  const fields = readIfComplete('compressed', read);
  return fields && readBody(decompressed(fields, MOST_STREAM_BYTES));
}

/** What was encrypted: all of it is there. */
function readWhole(plain: Uint8Array): StreamMessage {
  if (plain[0] !== MESSAGE_TYPE.compressed) return readBody(plain);
  return readCompressed(plain.subarray(1)) ?? failCut();
}

function readBody(plain: Uint8Array): StreamMessage {
  const [type] = plain;
  if (type === undefined) throw malformed('no message');
  const read = bodyReader(type);
  return readIfComplete('a stream', () => read(plain.subarray(1))) ?? failCut();
}

function failCut(): never {
  throw malformed('the message is cut');
}

function tooLarge(bytes: number): GossipWireError {
  return new GossipWireError('too-large', `${bytes} bytes, more than ${MOST_STREAM_BYTES}`);
}
