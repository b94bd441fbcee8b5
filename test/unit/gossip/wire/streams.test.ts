import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { NodeState, RemoteNode } from '../../../../src/gossip/messages.ts';
import { encodeStream } from '../../../../src/gossip/wire/encode-stream.ts';
import { NONCE_BYTES } from '../../../../src/gossip/wire/keyring.ts';
import { labelHeader } from '../../../../src/gossip/wire/label.ts';
import type { Envelope } from '../../../../src/gossip/wire/packet.ts';
import { streamDecoder } from '../../../../src/gossip/wire/stream-decoder.ts';
import {
  MOST_STREAM_BYTES,
  type StreamEnd,
  type StreamMessage,
} from '../../../../src/gossip/wire/stream-message.ts';
import { GossipWireError } from '../../../../src/gossip/wire/wire-error.ts';
import { KEY_ONE, KEY_TWO, namesOf, recorded } from './recorded.ts';

const PLAIN: Envelope = { label: '', keyring: undefined };
const KEYED: Envelope = { label: '', keyring: [KEY_ONE] };
const LABELLED: Envelope = { label: 'kv', keyring: undefined };
const BOTH: Envelope = { label: 'kv', keyring: [KEY_ONE] };

const STATES: readonly NodeState[] = ['alive', 'suspect', 'dead', 'left'];

function aNode(index: number): RemoteNode {
  return {
    node: `10.0.0.${1 + index}:45678`,
    endpoint: { host: `10.0.0.${1 + index}`, port: 45_678 },
    meta: new Uint8Array(Buffer.from('meta')),
    incarnation: 100 * index,
    state: STATES[index % 4] ?? 'alive',
    versions: [1, 5, 2, 2, 5, 4],
  };
}

function pushPull(nodes: number, isJoin: boolean, userBytes = 200): StreamMessage {
  return {
    kind: 'push-pull',
    state: {
      isJoin,
      nodes: Array.from({ length: nodes }, (_, index) => aNode(index)),
      userState: new Uint8Array(userBytes).fill(5),
    },
    refused: 0,
  };
}

const USER: StreamMessage = { kind: 'user', payload: new Uint8Array(300).fill(3) };

interface Said {
  readonly envelope: Envelope;
  readonly message: StreamMessage;
  readonly end?: StreamEnd;
  readonly isCompressed?: boolean;
}

const SAID: Readonly<Record<keyof typeof recorded.streams, Said>> = {
  'push/pull': { envelope: PLAIN, message: pushPull(5, true) },
  'push/pull, none': { envelope: PLAIN, message: pushPull(0, false, 0) },
  'push/pull, label': { envelope: LABELLED, message: pushPull(2, false) },
  'push/pull, label, answer': { envelope: LABELLED, message: pushPull(2, false), end: 'answerer' },
  'push/pull, compressed': { envelope: PLAIN, message: pushPull(9, true), isCompressed: true },
  'push/pull, encrypted': { envelope: KEYED, message: pushPull(5, true) },
  'push/pull, encrypted, all': { envelope: BOTH, message: pushPull(5, true), isCompressed: true },
  'push/pull, encrypted, label': { envelope: BOTH, message: pushPull(5, true) },
  'push/pull, encrypted, answer': { envelope: BOTH, message: pushPull(5, true), end: 'answerer' },
  ping: { envelope: PLAIN, message: { kind: 'ping', sequence: 7, node: 'n2' } },
  'ack, encrypted': {
    envelope: KEYED,
    message: { kind: 'ack', sequence: 7, payload: new Uint8Array(0) },
  },
  error: { envelope: PLAIN, message: { kind: 'error', words: 'no' } },
  user: { envelope: PLAIN, message: USER },
  'user, encrypted, label': { envelope: BOTH, message: USER },
};

/** The one that was drawn for the recording. */
function nonceOf(stream: Uint8Array, { label }: Envelope, end: StreamEnd): Uint8Array {
  const start = (end === 'dialler' ? labelHeader(label).length : 0) + 6;
  return stream.slice(start, start + NONCE_BYTES);
}

for (const name of namesOf(recorded.streams)) {
  const stream = recorded.streams[name];
  const { envelope, message, end = 'dialler', isCompressed = false } = SAID[name];
  test(`${name}: what memberlist said is understood`, () => {
    assert.deepEqual(streamDecoder(envelope, end).push(stream), message);
  });
  if (!isCompressed) {
    test(`${name}: it is said as memberlist says it`, () => {
      const nonce = nonceOf(stream, envelope, end);
      assert.deepEqual(encodeStream(message, envelope, end, nonce), stream);
    });
  }
  test(`${name}: byte by byte, it is understood at its last byte`, () => {
    const decoder = streamDecoder(envelope, end);
    for (const byte of stream.subarray(0, -1)) {
      assert.equal(decoder.push(Uint8Array.of(byte)), undefined);
    }
    assert.deepEqual(decoder.push(stream.subarray(-1)), message);
  });
}

test('a stream may come in any pieces', () => {
  const stream = recorded.streams['push/pull'];
  const cuts = fc.array(fc.nat(stream.length), { maxLength: 10 });
  fc.assert(
    fc.property(cuts, (unordered) => {
      const ends = [...unordered.sort((a, b) => a - b), stream.length];
      const decoder = streamDecoder(PLAIN, 'dialler');
      const said = ends.map((end, index) =>
        decoder.push(stream.subarray(ends[index - 1] ?? 0, end)),
      );
      assert.ok(said.some((message) => message?.kind === 'push-pull'));
    }),
  );
});

test('what is behind the message is not looked at', () => {
  const stream = Buffer.concat([recorded.streams.ping, Uint8Array.of(0xc1, 0xff)]);
  assert.deepEqual(streamDecoder(PLAIN, 'dialler').push(stream), SAID.ping.message);
});

test('nodes that make no sense are left out, and the others taken', () => {
  const stream = Buffer.from(recorded.streams['push/pull']);
  const port = Buffer.from('a4506f7274cdb26e', 'hex');
  const second = stream.indexOf(port, stream.indexOf(port) + 1);
  stream.fill(0, second + 6, second + 8);
  const message = streamDecoder(PLAIN, 'dialler').push(stream);
  assert.ok(message?.kind === 'push-pull');
  const nodes = [0, 2, 3, 4].map((index) => `10.0.0.${1 + index}:45678`);
  assert.deepEqual(
    message.state.nodes.map(({ node }) => node),
    nodes,
  );
  assert.equal(message.refused, 1);
});

const FAULTY: readonly (readonly [
  what: string,
  stream: () => Uint8Array,
  envelope: Envelope,
  fault: string,
])[] = [
  ['without the label', () => recorded.streams.ping, LABELLED, 'label'],
  ['labelled where no label is used', () => recorded.streams['push/pull, label'], PLAIN, 'label'],
  ['of another cluster', () => Uint8Array.of(244, 3), LABELLED, 'label'],
  ['in plain where all is encrypted', () => recorded.streams.ping, KEYED, 'unreadable'],
  ['of a stranger', () => recorded.streams['ack, encrypted'], keyed(KEY_TWO), 'unreadable'],
  ['encrypted where nothing is', () => recorded.streams['ack, encrypted'], PLAIN, 'unreadable'],
  ['with too large a frame', () => header(10, MOST_STREAM_BYTES), KEYED, 'too-large'],
  ['with an empty frame', () => header(10, 0), KEYED, 'unreadable'],
  ['of packets alone', () => Uint8Array.of(3), PLAIN, 'unknown-type'],
  ['compressed twice', () => Uint8Array.of(9, ...lzwOf(9)), PLAIN, 'unknown-type'],
  ['of nothing, compressed', () => Uint8Array.of(9, ...lzwOf()), PLAIN, 'malformed'],
  ['cut, compressed', () => Uint8Array.of(9, ...lzwOf(0)), PLAIN, 'malformed'],
  ['of too many nodes', () => pushPullHeader(65_537, 0), PLAIN, 'too-large'],
  ['of fewer than no nodes', () => pushPullHeader(-1, 0), PLAIN, 'malformed'],
  ['of too much user state', () => pushPullHeader(0, MOST_STREAM_BYTES + 1), PLAIN, 'too-large'],
  ['of less than no user state', () => pushPullHeader(0, -1), PLAIN, 'malformed'],
];

for (const [what, stream, envelope, fault] of FAULTY) {
  test(`a stream ${what} is to be closed: ${fault}`, () => {
    assert.throws(
      () => streamDecoder(envelope, 'dialler').push(stream()),
      (error) => error instanceof GossipWireError && error.fault === fault,
    );
  });
}

test('an answer is not labelled: a label there is of no known type', () => {
  assert.throws(
    () => streamDecoder(LABELLED, 'answerer').push(recorded.streams['push/pull, label']),
    (error) => error instanceof GossipWireError && error.fault === 'unknown-type',
  );
});

for (const [what, before] of [
  ['a ping', Uint8Array.of(0)],
  ['a node', pushPullHeader(1, 0)],
  ['the header of a push/pull', Uint8Array.of(6)],
] as const) {
  test(`${what} with no end to its fields is too large, long before the stream is`, () => {
    const decoder = streamDecoder(PLAIN, 'dialler');
    decoder.push(before);
    // A field that is nothing but arrays within arrays.
    decoder.push(Uint8Array.of(0x81, 0xa1, 0x61));
    decoder.push(new Uint8Array(8_000).fill(0x91));
    assert.throws(() => decoder.push(new Uint8Array(1_000).fill(0x91)), isTooLarge);
  });
}

test('a stream that never becomes a message is taken up to the limit', () => {
  const decoder = streamDecoder(PLAIN, 'dialler');
  const chunk = new Uint8Array(64 * 1024);
  decoder.push(Uint8Array.of(9, 0x82, 0xa3, ...Buffer.from('Buf'), 0xdb, 0x7f, 0xff, 0xff, 0xff));
  let taken = 0;
  assert.throws(() => {
    for (; taken <= MOST_STREAM_BYTES; taken += chunk.length) decoder.push(chunk);
  }, isTooLarge);
  assert.ok(taken >= MOST_STREAM_BYTES - chunk.length);
});

function isTooLarge(error: unknown): boolean {
  return error instanceof GossipWireError && error.fault === 'too-large';
}

function keyed(key: typeof KEY_TWO): Envelope {
  return { label: '', keyring: [key] };
}

function header(type: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(5 + Math.min(length, 100));
  bytes.writeUInt8(type, 0);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(5, 0xd2);
  bytes.writeInt32BE(value, 1);
  return bytes;
}

function name(text: string): Buffer {
  return Buffer.concat([Uint8Array.of(0xa0 | text.length), Buffer.from(text)]);
}

function pushPullHeader(nodes: number, userBytes: number): Uint8Array {
  const head = Uint8Array.of(6, 0x82);
  return Buffer.concat([head, name('Nodes'), int32(nodes), name('UserStateLen'), int32(userBytes)]);
}

/** The compressed form of at most one byte: its code of 9 bits, and the end's. */
function lzwOf(byte?: number): Uint8Array {
  const bits = byte === undefined ? 257 : byte | (257 << 9);
  const packed = Uint8Array.of(bits & 0xff, (bits >> 8) & 0xff, (bits >> 16) & 0xff);
  return Buffer.concat([
    Uint8Array.of(0x82),
    name('Algo'),
    Uint8Array.of(0),
    name('Buf'),
    Uint8Array.of(0xa3),
    packed,
  ]);
}
