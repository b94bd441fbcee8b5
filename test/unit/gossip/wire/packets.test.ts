import assert from 'node:assert/strict';
import test from 'node:test';
import type { Message } from '../../../../src/gossip/messages.ts';
import { encodeMessage } from '../../../../src/gossip/wire/encode-message.ts';
import { NONCE_BYTES } from '../../../../src/gossip/wire/keyring.ts';
import { labelHeader } from '../../../../src/gossip/wire/label.ts';
import {
  decodePacket,
  type Envelope,
  encodePacket,
  packetOverhead,
} from '../../../../src/gossip/wire/packet.ts';
import { KEY_ONE, KEY_TWO, namesOf, recorded } from './recorded.ts';

const PING: Message = { kind: 'ping', sequence: 7, node: '10.0.0.2:45678' };
const SUSPECTS = Array.from({ length: 20 }, (_, incarnation): Message => {
  return { kind: 'suspect', incarnation, node: '10.0.0.2:45678', from: '10.0.0.1:45678' };
});

const PLAIN: Envelope = { label: '', keyring: undefined };
const KEYED: Envelope = { label: '', keyring: [KEY_ONE] };
const LABELLED: Envelope = { label: 'kv', keyring: undefined };
const BOTH: Envelope = { label: 'kv', keyring: [KEY_ONE] };

interface Sent {
  readonly envelope: Envelope;
  readonly messages: readonly Message[];
  readonly hasChecksum?: boolean;
  /** We read it, and never write it. */
  readonly isCompressed?: boolean;
}

const { 'encrypted, protocol 1': ofProtocol1, ...taken } = recorded.packets;

const SENT: Readonly<Record<keyof typeof taken, Sent>> = {
  plain: { envelope: PLAIN, messages: [PING] },
  'plain, compound': { envelope: PLAIN, messages: SUSPECTS },
  checksum: { envelope: PLAIN, messages: [PING], hasChecksum: true },
  compressed: { envelope: PLAIN, messages: SUSPECTS, isCompressed: true },
  label: { envelope: LABELLED, messages: [PING] },
  encrypted: { envelope: KEYED, messages: [PING], hasChecksum: true },
  'encrypted, label': { envelope: BOTH, messages: SUSPECTS, hasChecksum: true },
  'encrypted, compressed': { envelope: BOTH, messages: SUSPECTS, isCompressed: true },
  'encrypted, second key': {
    envelope: { label: '', keyring: [KEY_TWO, KEY_ONE] },
    messages: [PING],
    hasChecksum: true,
  },
};

/** The one that was drawn for the recording. */
function nonceOf(packet: Uint8Array, { label }: Envelope): Uint8Array {
  const start = labelHeader(label).length + 1;
  return packet.slice(start, start + NONCE_BYTES);
}

for (const name of namesOf(taken)) {
  const packet = taken[name];
  const { envelope, messages, hasChecksum = false, isCompressed = false } = SENT[name];
  test(`${name}: what memberlist sent is understood`, () => {
    assert.deepEqual(decodePacket(packet, envelope), { messages, faults: [] });
  });
  if (!isCompressed) {
    test(`${name}: it is sent as memberlist sends it`, () => {
      const bodies = messages.map(encodeMessage);
      const nonce = nonceOf(packet, envelope);
      assert.deepEqual(encodePacket(bodies, envelope, hasChecksum, nonce), packet);
    });
  }
  test(`${name}: cut anywhere, it has faults and no message that was not sent`, () => {
    for (let length = 0; length < packet.length; length += 1) {
      const contents = decodePacket(packet.subarray(0, length), envelope);
      assert.notEqual(contents.faults.length, 0);
      assert.deepEqual(contents.messages, messages.slice(0, contents.messages.length));
    }
  });
}

test('a packet is longer than its messages by what the overhead says', () => {
  for (const envelope of [PLAIN, KEYED, LABELLED, BOTH]) {
    const body = encodeMessage(PING);
    const packet = encodePacket([body], envelope, true, new Uint8Array(NONCE_BYTES));
    assert.equal(packet.length, body.length + packetOverhead(envelope));
  }
});

test('a packet that is cut within a compound gives the messages before the cut', () => {
  const packet = recorded.packets['plain, compound'];
  const { messages, faults } = decodePacket(packet.subarray(0, -1), PLAIN);
  assert.deepEqual(messages, SUSPECTS.slice(0, -1));
  assert.deepEqual(faultsOf(faults), ['malformed']);
});

test('a message that is cut is not taken, even where it would make sense', () => {
  const user: Message = { kind: 'user', payload: new Uint8Array(5) };
  const bodies = [PING, user].map(encodeMessage);
  const packet = encodePacket(bodies, PLAIN, false, new Uint8Array(0));
  const { messages, faults } = decodePacket(packet.subarray(0, -1), PLAIN);
  assert.deepEqual(messages, [PING]);
  assert.deepEqual(faultsOf(faults), ['malformed']);
});

test('a packet is taken by whichever key of the ring, until that one is taken out', () => {
  const packet = recorded.packets.encrypted;
  const rings = [
    [KEY_ONE, KEY_TWO],
    [KEY_TWO, KEY_ONE],
    [KEY_TWO, KEY_TWO],
  ] as const;
  const taken = rings.map((keyring) => decodePacket(packet, { label: '', keyring }));
  assert.deepEqual(
    taken.map(({ messages, faults }) => [messages.length, ...faultsOf(faults)]),
    [[1], [1], [0, 'unreadable']],
  );
});

test('one bad message of a compound spoils none of the others', () => {
  const bodies = [encodeMessage(PING), Uint8Array.of(99), encodeMessage(PING)];
  const packet = encodePacket(bodies, PLAIN, false, new Uint8Array(0));
  const { messages, faults } = decodePacket(packet, PLAIN);
  assert.deepEqual(messages, [PING, PING]);
  assert.deepEqual(faultsOf(faults), ['unknown-type']);
});

const FAULTY: readonly (readonly [what: string, () => Uint8Array, Envelope, fault: string])[] = [
  ['of another cluster', () => recorded.packets.label, { ...LABELLED, label: 'kw' }, 'label'],
  [
    'of a cluster of a longer name',
    () => recorded.packets.label,
    { ...LABELLED, label: 'kvv' },
    'label',
  ],
  ['labelled where no label is used', () => recorded.packets.label, PLAIN, 'label'],
  ['without the label', () => recorded.packets.plain, LABELLED, 'label'],
  ['plain where all is encrypted', () => recorded.packets.plain, KEYED, 'unreadable'],
  ['empty where all is encrypted', () => new Uint8Array(0), KEYED, 'unreadable'],
  [
    'of a stranger',
    () => recorded.packets.encrypted,
    { ...KEYED, keyring: [KEY_TWO] },
    'unreadable',
  ],
  [
    'of a later way of encryption',
    () => with1st(2, recorded.packets.encrypted),
    KEYED,
    'unreadable',
  ],
  ['of an earlier way, in truth', () => ofProtocol1, KEYED, 'unreadable'],
  ['of an earlier way, claimed', () => with1st(0, recorded.packets.encrypted), KEYED, 'unreadable'],
  ['encrypted where nothing is', () => recorded.packets.encrypted, PLAIN, 'malformed'],
  ['with a bit flipped', () => flipped(recorded.packets.encrypted), KEYED, 'unreadable'],
  ['with a bit flipped, unencrypted', () => flipped(recorded.packets.checksum), PLAIN, 'checksum'],
  ['a push/pull, which is for streams', () => Uint8Array.of(6, 0x80), PLAIN, 'unknown-type'],
  ['a compound in a compound', () => compoundOf(Uint8Array.of(7, 0)), PLAIN, 'unknown-type'],
  [
    'compressed in another way',
    () => Uint8Array.of(9, 0x81, 0xa4, ...Buffer.from('Algo'), 1),
    PLAIN,
    'malformed',
  ],
];

for (const [what, packet, envelope, fault] of FAULTY) {
  test(`a packet ${what} is dropped, as ${fault}`, () => {
    const contents = decodePacket(packet(), envelope);
    assert.deepEqual(contents.messages, []);
    assert.deepEqual(faultsOf(contents.faults), [fault]);
  });
}

test('a ciphertext is bound to the label', () => {
  const packet = Buffer.from(recorded.packets['encrypted, label']);
  packet.write('kw', 2);
  const { faults } = decodePacket(packet, { ...BOTH, label: 'kw' });
  assert.deepEqual(faultsOf(faults), ['unreadable']);
});

test('a packet that would unpack to more than a packet holds is too large', () => {
  // LZW codes of a single value, each one byte longer than the last: 65,535 bytes and more.
  const codes = [0, ...Array.from({ length: 500 }, (_, index) => 258 + index), 257];
  const { faults } = decodePacket(compressed(codes), PLAIN);
  assert.deepEqual(faultsOf(faults), ['too-large']);
});

test('messages that do not fit into one packet are the mistake of the caller', () => {
  const tooMany = Array.from({ length: 256 }, () => encodeMessage(PING));
  assert.throws(() => encodePacket(tooMany, PLAIN, false, new Uint8Array(0)), RangeError);
  const tooLong = [new Uint8Array(65_536), new Uint8Array(0)];
  assert.throws(() => encodePacket(tooLong, PLAIN, false, new Uint8Array(0)), RangeError);
});

function with1st(byte: number, packet: Uint8Array): Uint8Array {
  return Uint8Array.of(byte, ...packet.subarray(1));
}

function flipped(packet: Uint8Array): Uint8Array {
  const copy = new Uint8Array(packet);
  copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 1;
  return copy;
}

function compoundOf(body: Uint8Array): Uint8Array {
  return Uint8Array.of(7, 1, 0, body.length, ...body);
}

/** LZW codes, least significant bits first, as wide as the table has become. */
function compressed(codes: readonly number[]): Uint8Array {
  const bits = codes.flatMap((code, index) => {
    const width = Math.max(9, (257 + index).toString(2).length);
    return Array.from({ length: width }, (_, bit) => (code >> bit) & 1);
  });
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) {
    bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (bit << (index & 7));
  }
  const header = Buffer.from([
    9,
    0x82,
    0xa4,
    ...Buffer.from('Algo'),
    0,
    0xa3,
    ...Buffer.from('Buf'),
  ]);
  return Buffer.concat([
    header,
    Uint8Array.of(0xda, bytes.length >> 8, bytes.length & 0xff),
    bytes,
  ]);
}

function faultsOf(faults: readonly { readonly fault: string }[]): string[] {
  return faults.map(({ fault }) => fault);
}
