import assert from 'node:assert/strict';
import test from 'node:test';
import type { SerfMessage, SerfState } from '../../../../src/gossip/serf-messages.ts';
import {
  decodeSerfMessage,
  decodeSerfState,
  encodeSerfMessage,
  encodeSerfState,
} from '../../../../src/gossip/wire/serf-codec.ts';
import { decodeTags, encodeTags } from '../../../../src/gossip/wire/tags.ts';
import { GossipWireError } from '../../../../src/gossip/wire/wire-error.ts';
import { namesOf, recorded } from './recorded.ts';

const NOTHING = new Uint8Array(0);

const QUERY: SerfMessage = {
  kind: 'query',
  time: 9,
  id: 3_000_000_000,
  source: { host: '10.0.0.7', port: 45_678, node: 'n1' },
  filters: [bytes('\x00\x92\xa2n1\xa2n2'), bytes('\x01\x82\xa4Expr\xa5^web$\xa3Tag\xa4role')],
  flags: 3,
  relayFactor: 2,
  timeoutNs: 15e9,
  name: 'uptime',
  payload: bytes('?'),
};

const ANSWER: SerfMessage = {
  kind: 'query-response',
  time: 9,
  id: 3_000_000_000,
  from: 'n2',
  flags: 0,
  payload: bytes('1 day'),
};

const MESSAGES = {
  join: { kind: 'join', time: 12, node: 'n1' },
  leave: { kind: 'leave', time: 300, node: 'n1', prune: false },
  'leave, prune': { kind: 'leave', time: 70_000, node: 'n1', prune: true },
  event: { kind: 'event', time: 5, name: 'deploy', payload: bytes('v2'), coalesce: true },
  'event, empty': { kind: 'event', time: 5, name: 'deploy', payload: NOTHING, coalesce: false },
  query: QUERY,
  'query, plain': { ...QUERY, filters: [], payload: NOTHING, flags: 0, relayFactor: 0 },
  'query response': ANSWER,
  'query response, ack': { ...ANSWER, flags: 1, payload: NOTHING },
} as const satisfies Readonly<Record<string, SerfMessage>>;

for (const name of namesOf(MESSAGES)) {
  test(`${name}: what serf wrote is understood, and written the same`, () => {
    assert.deepEqual(decodeSerfMessage(recorded.serf[name]), MESSAGES[name]);
    assert.deepEqual(encodeSerfMessage(MESSAGES[name]), recorded.serf[name]);
  });
  test(`${name}: cut anywhere, it is malformed`, () => {
    for (let length = 0; length < recorded.serf[name].length; length += 1) {
      const cut = recorded.serf[name].subarray(0, length);
      assert.throws(() => decodeSerfMessage(cut), isFault('malformed'));
    }
  });
}

const FULL: SerfState = {
  time: 40,
  statusTimes: new Map([['n1', 7]]),
  left: ['n3'],
  eventTime: 3,
  events: [
    {
      time: 2,
      events: [
        { name: 'a', payload: bytes('b') },
        { name: 'c', payload: NOTHING },
      ],
    },
  ],
  queryTime: 1,
};

const EMPTY: SerfState = {
  time: 1,
  statusTimes: new Map(),
  left: [],
  eventTime: 1,
  events: [],
  queryTime: 1,
};

test('a state is understood, and written as serf writes it', () => {
  assert.deepEqual(decodeSerfState(recorded.serf['state, full']), FULL);
  assert.deepEqual(encodeSerfState(FULL), recorded.serf['state, full']);
});

test('the empty places of the ring of events are read over', () => {
  assert.deepEqual(decodeSerfState(recorded.serf.state), FULL);
  assert.deepEqual(decodeSerfState(recorded.serf['state, empty']), EMPTY);
});

test('a state cut anywhere, or of another type, is malformed', () => {
  const state = recorded.serf.state;
  for (let length = 0; length < state.length; length += 1) {
    assert.throws(() => decodeSerfState(state.subarray(0, length)), isFault('malformed'));
  }
  assert.throws(() => decodeSerfState(recorded.serf.join), isFault('malformed'));
});

test('a relay, and whatever else is between serf agents alone, is of no type that we take', () => {
  for (const message of [recorded.serf.relay, ...[2, 6, 7, 8, 10, 255].map((type) => [type])]) {
    assert.throws(() => decodeSerfMessage(Uint8Array.from(message)), isFault('unknown-type'));
  }
});

test('a Lamport time is taken as long as a clock can go on from there', () => {
  const join = (time: Buffer) =>
    Buffer.concat([bytes('\x01\x82\xa5LTime\xcf'), time, bytes('\xa4Node\xa1a')]);
  const latest = Buffer.alloc(8);
  latest.writeBigUInt64BE(2n ** 52n);
  assert.deepEqual(decodeSerfMessage(join(latest)), { kind: 'join', time: 2 ** 52, node: 'a' });
  latest.writeBigUInt64BE(2n ** 52n + 1n);
  assert.throws(() => decodeSerfMessage(join(latest)), isFault('malformed'));
  assert.throws(() => decodeSerfMessage(join(Buffer.alloc(8, 0xff))), isFault('malformed'));
});

test('tags are understood, and written as serf writes them', () => {
  const one = new Map([['version', '1.2.3']]);
  assert.deepEqual(decodeTags(recorded.serf['tags, one']), one);
  assert.deepEqual(encodeTags(one), recorded.serf['tags, one']);
  assert.deepEqual(decodeTags(recorded.serf['tags, none']), new Map());
  assert.deepEqual(encodeTags(new Map()), recorded.serf['tags, none']);
});

test('meta without tags is a role, as it was in the first versions of serf', () => {
  assert.deepEqual(decodeTags(bytes('web')), new Map([['role', 'web']]));
  assert.deepEqual(decodeTags(NOTHING), new Map([['role', '']]));
});

test('damaged tags are malformed', () => {
  assert.throws(() => decodeTags(recorded.serf['tags, one'].subarray(0, -1)), isFault('malformed'));
});

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function isFault(fault: string) {
  return (error: unknown) => error instanceof GossipWireError && error.fault === fault;
}
