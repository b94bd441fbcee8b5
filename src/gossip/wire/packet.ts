import { crc32 } from 'node:zlib';
import { MsgpackReader } from '../../base/msgpack/reader.ts';
import type { Message } from '../messages.ts';
import { decodeMessage } from './decode-message.ts';
import { ENCRYPTION_BYTES, type Keyring, open, seal } from './keyring.ts';
import { labelHeader, withoutLabel } from './label.ts';
import { decompressLzw } from './lzw.ts';
import { MESSAGE_TYPE } from './message-type.ts';
import type { IsReplay } from './replays.ts';
import { compressedStruct } from './structs.ts';
import { GossipWireError, malformed, reading } from './wire-error.ts';

/** What all members of a cluster agree on. */
export interface Envelope {
  /** The name of the cluster, at most 255 bytes; empty for none. */
  readonly label: string;
  /** None: nothing is encrypted. */
  readonly keyring: Keyring | undefined;
  /** Where nothing encrypted is to be taken twice. */
  readonly isReplay?: IsReplay;
}

const CHECKSUM_BYTES = 5;
const MOST_PARTS = 255;
/** The largest payload of UDP: nobody had more to pack. */
const MOST_UNPACKED = 65_535;

/** How many bytes a packet takes besides its messages, or the compound of them. */
export function packetOverhead(envelope: Envelope): number {
  const encryption = envelope.keyring === undefined ? 0 : ENCRYPTION_BYTES;
  return labelHeader(envelope.label).length + encryption + CHECKSUM_BYTES;
}

/**
 * A packet as memberlist sends it (its net.go).
 * @param messages one or more of what encodeMessage made; at most 255, each at most 65,535 bytes
 * @param hasChecksum the receiver understands it (protocol version 5)
 * @param nonce NONCE_BYTES random bytes, if there are keys
 */
export function encodePacket(
  messages: readonly Uint8Array[],
  envelope: Envelope,
  hasChecksum: boolean,
  nonce: Uint8Array,
): Uint8Array {
  const [first = new Uint8Array(0), ...others] = messages;
  const whole = others.length === 0 ? first : compound(messages);
  const checked = hasChecksum ? withChecksum(whole) : whole;
  const { keyring, label } = envelope;
  const body = keyring === undefined ? checked : seal(keyring, checked, Buffer.from(label), nonce);
  return new Uint8Array(Buffer.concat([labelHeader(label), body]));
}

function compound(messages: readonly Uint8Array[]): Uint8Array {
  if (messages.length > MOST_PARTS) throw new RangeError('too many messages for one packet');
  const header = Buffer.alloc(2 + 2 * messages.length);
  header.writeUInt8(MESSAGE_TYPE.compound, 0);
  header.writeUInt8(messages.length, 1);
  for (const [index, message] of messages.entries()) {
    header.writeUInt16BE(message.length, 2 + 2 * index);
  }
  return Buffer.concat([header, ...messages]);
}

function withChecksum(bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(CHECKSUM_BYTES);
  header.writeUInt8(MESSAGE_TYPE.checksum, 0);
  header.writeUInt32BE(crc32(bytes), 1);
  return Buffer.concat([header, bytes]);
}

/** What was in a packet: what can be taken, and what is wrong with the rest. */
export interface PacketContents {
  readonly messages: readonly Message[];
  readonly faults: readonly GossipWireError[];
}

/** Takes a packet apart. Never throws: whatever is wrong with it is in `faults`. */
export function decodePacket(packet: Uint8Array, envelope: Envelope): PacketContents {
  const messages: Message[] = [];
  const faults: GossipWireError[] = [];
  const collect = (take: () => void) => {
    try {
      take();
    } catch (error) {
      if (!(error instanceof GossipWireError)) throw error;
      faults.push(error);
    }
  };
  collect(() => {
    const { parts, isCut } = unpack(unwrap(packet, envelope));
    for (const part of parts) collect(() => messages.push(decodeMessage(part)));
    if (isCut) throw malformed('the packet ends within its messages');
  });
  return { messages, faults };
}

function unwrap(packet: Uint8Array, { label, keyring, isReplay }: Envelope): Uint8Array {
  const body = withoutLabel(packet, label);
  const plain = keyring === undefined ? body : open(keyring, body, Buffer.from(label), isReplay);
  if (plain[0] !== MESSAGE_TYPE.checksum || plain.length < CHECKSUM_BYTES) return plain;
  const checked = plain.subarray(CHECKSUM_BYTES);
  if (new DataView(plain.buffer, plain.byteOffset).getUint32(1) !== crc32(checked)) {
    throw new GossipWireError('checksum', 'the checksum is wrong');
  }
  return checked;
}

interface Parts {
  readonly parts: readonly Uint8Array[];
  readonly isCut: boolean;
}

/** Compressed at most once, and then a compound at most once: members send nothing else. */
function unpack(body: Uint8Array): Parts {
  const plain = body[0] === MESSAGE_TYPE.compressed ? decompress(body) : body;
  return plain[0] === MESSAGE_TYPE.compound ? split(plain) : { parts: [plain], isCut: false };
}

function decompress(body: Uint8Array): Uint8Array {
  const fields = reading('compressed', () => compressedStruct.read(new MsgpackReader(body, 1)));
  return decompressed(fields, MOST_UNPACKED);
}

/** @throws GossipWireError */
export function decompressed(
  fields: { readonly Algo: number; readonly Buf: Uint8Array },
  most: number,
): Uint8Array {
  if (fields.Algo !== 0) throw malformed(`compressed by the unknown method ${fields.Algo}`);
  return decompressLzw(fields.Buf, most);
}

/** As memberlist does, whole messages are taken even if the packet ends within a later one. */
function split(plain: Uint8Array): Parts {
  const count = plain[1] ?? 0;
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  if (plain.length < 2 + 2 * count) throw malformed('the lengths of its messages are cut');
  const parts: Uint8Array[] = [];
  let start = 2 + 2 * count;
  for (let index = 0; index < count; index += 1) {
    const end = start + view.getUint16(2 + 2 * index);
    if (end > plain.length) return { parts, isCut: true };
    parts.push(plain.subarray(start, end));
    start = end;
  }
  return { parts, isCut: false };
}
