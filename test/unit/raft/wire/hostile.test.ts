import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MsgpackWriter } from '../../../../src/base/msgpack/writer.ts';
import { encodeRequest } from '../../../../src/raft/wire/encode-request.ts';
import { WIRE_LIMITS, type WireLimits } from '../../../../src/raft/wire/limits.ts';
import { replyReader } from '../../../../src/raft/wire/reply-reader.ts';
import { requestReader } from '../../../../src/raft/wire/request-reader.ts';
import { encodeRefusal } from '../../../../src/raft/wire/responses.ts';
import { RaftWireError } from '../../../../src/raft/wire/wire-error.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { golden, requests, responses, SENDER } from './samples.ts';

const REQUESTS = Object.keys(requests).map(golden);
const RESPONSES = Object.entries(responses).map(
  ([name, { kind }]) => [kind, golden(name)] as const,
);
/** `FUZZ_MESSAGES=1000000` for a longer look. */
const FUZZ_MESSAGES = Number(process.env['FUZZ_MESSAGES'] ?? 100_000);
const LIMITS: WireLimits = { messageBytes: 2_000, snapshotBytes: 1_000 };

test('requests that come in whatever pieces are read as if they came at once', () => {
  const stream = Buffer.concat(REQUESTS);
  const whole = requestReader(WIRE_LIMITS).push(stream);
  assert.equal(whole.length, REQUESTS.length);
  for (const size of [1, 2, 7, 100]) {
    const reader = requestReader(WIRE_LIMITS);
    assert.deepEqual(
      pieces(stream, size).flatMap((piece) => reader.push(piece)),
      whole,
    );
  }
});

test('replies that come byte by byte are read as if they came at once', () => {
  for (const [kind, bytes] of RESPONSES) {
    const reader = replyReader(WIRE_LIMITS);
    reader.expect(kind);
    const replies = pieces(bytes, 1).flatMap((piece) => reader.push(piece));
    assert.equal(replies.length, 1);
  }
});

test('what is read does not change when the next bytes come', () => {
  const reader = requestReader(WIRE_LIMITS);
  const [first] = reader.push(golden('append-entries'));
  assert.deepEqual(reader.push(Uint8Array.of(0, 0x8f)), []);
  assert.deepEqual(first?.request, requests['append-entries']);
});

const malformed: Readonly<Record<string, Uint8Array>> = {
  'of a type that there is not': Uint8Array.of(5),
  'that is no struct': Uint8Array.of(3, 0x01),
  'of another version of the protocol': changed('timeout-now', '\xafProtocolVersion\x03', '\x02'),
  'with an entry out of its place': changed('append-entries', '\xacPrevLogEntry\x7f', '\x7e'),
  'with an entry of a type that there is not': changed('append-entries', '\xa4Type\x04', '\x02'),
  'with a server that may neither vote nor not': changed('append-entries', 'Suffrage\x01', '\x02'),
  'of a snapshot of another version': changed('install-snapshot', 'SnapshotVersion\x01', '\x00'),
  'of a snapshot of less than nothing': new MsgpackWriter()
    .byte(2)
    .map(2)
    .text('Size')
    .int(-1)
    .text('SnapshotVersion')
    .int(1)
    .bytes(),
  'with extensions of an entry': new MsgpackWriter()
    .byte(0)
    .map(1)
    .text('Entries')
    .array(1)
    .map(1)
    .text('Extensions')
    .text('chunk')
    .bytes(),
  'of a term beyond 2^53': Buffer.concat([
    new MsgpackWriter().byte(4).map(1).text('Term').bytes(),
    Buffer.from('cfffffffffffffffff', 'hex'),
  ]),
};
for (const [what, bytes] of Object.entries(malformed)) {
  test(`a request ${what} is refused`, () => {
    assert.throws(() => requestReader(WIRE_LIMITS).push(bytes), RaftWireError);
  });
}

const ADDRESSES = [
  ['a', 'h:1'],
  ['a', 'h:2'],
  ['b', 'h:1'],
  ['', 'h:3'],
  ['c', ''],
] as const;
for (const [id, address] of ADDRESSES.slice(1)) {
  test(`a configuration is refused in which "${id}" at "${address}" follows "a" at "h:1"`, () => {
    const servers = [ADDRESSES[0], [id, address] as const].map(([id, address]) => ({
      id,
      address,
      suffrage: 'voter' as const,
    }));
    const entries = [
      { kind: 'configuration' as const, index: 1, term: 1, configuration: { servers } },
    ];
    const request = { kind: 'append-entries' as const, prevIndex: 0, prevTerm: 0, commit: 0 };
    const bytes = encodeRequest(SENDER, { ...request, term: 1, entries });
    assert.throws(() => requestReader(WIRE_LIMITS).push(bytes), RaftWireError);
  });
}

test('a request that does not end within the limit is refused', () => {
  const reader = requestReader(LIMITS);
  const endless = Buffer.concat([
    golden('timeout-now').subarray(0, 2),
    Buffer.from('dbffffffff', 'hex'),
  ]);
  assert.deepEqual(reader.push(endless), []);
  assert.deepEqual(reader.push(Buffer.alloc(1_500)), []);
  assert.throws(() => reader.push(Buffer.alloc(1_500)), /a request of more than 2000 bytes/);
});

test('a snapshot beyond the limit is refused before any of it is taken', () => {
  const request = requests['install-snapshot'];
  assert.ok(request?.kind === 'install-snapshot');
  const bytes = encodeRequest(SENDER, { ...request, data: new Uint8Array(1_001) });
  const head = bytes.subarray(0, bytes.length - 1_001);
  assert.throws(() => requestReader(LIMITS).push(head), /a snapshot of more than 1000 bytes/);
});

test('a reply to nothing is refused', () => {
  const reader = replyReader(WIRE_LIMITS);
  assert.throws(() => reader.push(encodeRefusal('who are you')), /a reply to nothing/);
});

test('a reply that does not end within the limit is refused', () => {
  const reader = replyReader(LIMITS);
  reader.expect('timeout-now');
  assert.deepEqual(reader.push(Buffer.from('dbffffffff', 'hex')), []);
  assert.throws(() => reader.push(Buffer.alloc(2_001)), RaftWireError);
});

test('a refusal is read as the words of who refused', () => {
  const reader = replyReader(WIRE_LIMITS);
  reader.expect('request-vote');
  assert.deepEqual(reader.push(encodeRefusal('not now')), [
    { kind: 'refused', message: 'not now' },
  ]);
});

test(`${FUZZ_MESSAGES} damaged messages are read, waited for or refused, and nothing else`, () => {
  const random = seededRandom(7);
  const outcomes = { read: 0, refused: 0 };
  for (let round = 0; round < FUZZ_MESSAGES; round += 1) {
    const [kind, reply] = pick(RESPONSES, random());
    const isReply = random() < 0.3;
    const bytes = damaged(isReply ? reply : pick(REQUESTS, random()), random);
    try {
      if (isReply) readReply(kind, bytes);
      else requestReader(LIMITS).push(bytes);
      outcomes.read += 1;
    } catch (error) {
      if (!(error instanceof RaftWireError)) throw error;
      outcomes.refused += 1;
    }
  }
  assert.ok(outcomes.read > FUZZ_MESSAGES / 20, JSON.stringify(outcomes));
  assert.ok(outcomes.refused > FUZZ_MESSAGES / 20, JSON.stringify(outcomes));
});

function readReply(kind: (typeof RESPONSES)[number][0], bytes: Uint8Array): void {
  const reader = replyReader(LIMITS);
  reader.expect(kind);
  reader.push(bytes);
}

/** A few bytes changed, cut out or doubled. */
function damaged(bytes: Uint8Array, random: () => number): Uint8Array {
  let result = Buffer.from(bytes);
  const faults = 1 + Math.floor(random() * 3);
  for (let fault = 0; fault < faults; fault += 1) {
    const at = Math.floor(random() * result.length);
    const to = Math.min(result.length, at + Math.floor(random() * 10));
    const kind = random();
    if (kind < 0.6) result[at] = Math.floor(random() * 256);
    else if (kind < 0.8) result = Buffer.concat([result.subarray(0, at), result.subarray(to)]);
    else result = Buffer.concat([result.subarray(0, to), result.subarray(at)]);
  }
  return result;
}

function pick<T>(from: readonly T[], random: number): T {
  const picked = from[Math.floor(random * from.length)];
  if (picked === undefined) throw new RangeError('nothing to pick from');
  return picked;
}

function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

/** A recorded message in which the last bytes of `context` became `replacement`. */
function changed(name: string, context: string, replacement: string): Uint8Array {
  const bytes = Buffer.from(golden(name));
  const at = bytes.indexOf(Buffer.from(context, 'latin1'));
  assert.notEqual(at, -1, `${name} has no ${JSON.stringify(context)}`);
  bytes.write(replacement, at + context.length - replacement.length, 'latin1');
  return bytes;
}
