import assert from 'node:assert/strict';
import test from 'node:test';
import { crc32 } from 'node:zlib';
import type { Random } from '../../../../src/base/random.ts';
import { NONCE_BYTES, open, seal } from '../../../../src/gossip/wire/keyring.ts';
import { labelHeader } from '../../../../src/gossip/wire/label.ts';
import { decodePacket, type Envelope } from '../../../../src/gossip/wire/packet.ts';
import { decodeSerfMessage, decodeSerfState } from '../../../../src/gossip/wire/serf-codec.ts';
import { streamDecoder } from '../../../../src/gossip/wire/stream-decoder.ts';
import { decodeTags } from '../../../../src/gossip/wire/tags.ts';
import { GossipWireError } from '../../../../src/gossip/wire/wire-error.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { KEY_ONE, recorded } from './recorded.ts';

/** `FUZZ=1000000 SEED=7 tools/node --test test/unit/gossip/wire/fuzz.test.ts` for more, or others. */
const PACKETS = Number(process.env['FUZZ'] ?? 100_000);
const SEED = Number(process.env['SEED'] ?? 1);
const MOST_PACKET = 65_535;

const PLAIN: Envelope = { label: '', keyring: undefined };
const KEYED: Envelope = { label: 'kv', keyring: [KEY_ONE] };

/** What is in the recorded packets, and in those that may be in them. */
const BODIES: readonly Uint8Array[] = [
  ...Object.values(recorded.messages),
  recorded.packets['plain, compound'],
  recorded.packets.compressed,
  recorded.packets.checksum,
  ...Object.values(recorded.serf).map((message) => Uint8Array.of(8, ...message)),
];

test(`${PACKETS} damaged packets are taken apart without an exception or too much in them`, () => {
  const random = seededRandom(SEED);
  for (let count = 0; count < PACKETS; count += 1) {
    const body = damaged(pick(random, BODIES), random);
    const isKeyed = random() < 0.2;
    const { messages, faults } = isKeyed
      ? decodePacket(wrapped(body, random), KEYED)
      : decodePacket(body, PLAIN);
    assert.ok(messages.length + faults.length > 0 || mayBeEmpty(body), told(count, body));
    assert.ok(messages.length <= 255);
    for (const message of messages) {
      if (message.kind !== 'user') continue;
      assert.ok(message.payload.length <= MOST_PACKET);
      takeSerf(message.payload);
    }
  }
});

test(`${PACKETS / 20} damaged streams become a message, or are refused, or wait for more`, () => {
  const random = seededRandom(SEED);
  const streams = Object.values(recorded.streams);
  for (let count = 0; count < PACKETS / 20; count += 1) {
    const stream = damaged(pick(random, streams), random);
    const decoder = streamDecoder(random() < 0.5 ? PLAIN : KEYED, 'dialler');
    const cut = Math.floor(random() * stream.length);
    orRefused(() => decoder.push(stream.subarray(0, cut)) ?? decoder.push(stream.subarray(cut)));
  }
});

test(`${PACKETS / 20} packets of strangers are unreadable, all of them`, () => {
  const random = seededRandom(SEED);
  for (let count = 0; count < PACKETS / 20; count += 1) {
    const bytes = Uint8Array.from({ length: 1 + random() * 100 }, () => random() * 256);
    const packet = Buffer.concat([labelHeader(KEYED.label), bytes]);
    const { messages, faults } = decodePacket(packet, KEYED);
    assert.deepEqual([messages.length, faults[0]?.fault], [0, 'unreadable'], told(count, packet));
  }
});

test('a packet with any one bit damaged is unreadable, if it was encrypted', () => {
  const random = seededRandom(SEED);
  const packet = wrapped(recorded.messages.ping, random);
  for (let bit = labelHeader(KEYED.label).length * 8; bit < packet.length * 8; bit += 1) {
    const copy = new Uint8Array(packet);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.deepEqual(
      decodePacket(copy, KEYED).faults.map(({ fault }) => fault),
      ['unreadable'],
    );
  }
});

/** As a member that holds the key, and means no good, would send it. */
function wrapped(body: Uint8Array, random: Random): Uint8Array {
  const nonce = Uint8Array.from({ length: NONCE_BYTES }, () => random() * 256);
  const label = Buffer.from(KEYED.label);
  const header = Buffer.alloc(5, 12);
  header.writeUInt32BE(crc32(body), 1);
  const sealed = seal([KEY_ONE], Buffer.concat([header, body]), label, nonce);
  assert.equal(open([KEY_ONE], sealed, label).length, body.length + header.length);
  return Buffer.concat([labelHeader(KEYED.label), sealed]);
}

function takeSerf(payload: Uint8Array): void {
  orRefused(() => decodeSerfMessage(payload));
  orRefused(() => decodeSerfState(payload));
  orRefused(() => decodeTags(payload));
}

function orRefused(take: () => unknown): void {
  try {
    take();
  } catch (error) {
    if (!(error instanceof GossipWireError)) throw error;
  }
}

const INTERESTING = [
  0, 1, 7, 9, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xc0, 0xc1, 0xc4, 0xdb, 0xdd, 0xdf, 0xff,
];

function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  let damage = Buffer.from(bytes);
  for (let times = Math.floor(random() * 4); times >= 0; times -= 1) {
    const at = Math.floor(random() * damage.length);
    const other = Math.floor(random() * damage.length);
    const kind = random();
    if (kind < 0.4) damage[at] = random() * 256;
    else if (kind < 0.7) damage[at] = pick(random, INTERESTING);
    else if (kind < 0.8) damage = damage.subarray(0, at);
    else if (kind < 0.9) damage = Buffer.concat([damage.subarray(0, at), damage.subarray(other)]);
    else damage.fill(0xff, at, Math.min(at + 4, damage.length));
  }
  return new Uint8Array(damage);
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] ?? assert.fail('nothing to pick from');
}

/** A compound of no messages says nothing, and has nothing wrong with it. */
function mayBeEmpty(body: Uint8Array): boolean {
  return [7, 9, 12].includes(body[0] ?? 0);
}

function told(count: number, bytes: Uint8Array): string {
  return `packet ${count} of seed ${SEED}: ${Buffer.from(bytes).toString('hex')}`;
}
