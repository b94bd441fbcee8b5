import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket as Stream } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Message } from '../../../../src/gossip/messages.ts';
import { VERSIONS } from '../../../../src/gossip/node/rules.ts';
import { encodeMessage } from '../../../../src/gossip/wire/encode-message.ts';
import { encodeStream } from '../../../../src/gossip/wire/encode-stream.ts';
import type { Envelope } from '../../../../src/gossip/wire/packet.ts';
import { encodeSerfMessage } from '../../../../src/gossip/wire/serf-codec.ts';
import { MOST_STREAM_BYTES } from '../../../../src/gossip/wire/stream-message.ts';
import {
  aGossipKey,
  aLiveNode,
  type LiveNode,
  LOOPBACK,
  tagged,
} from '../../../support/gossip/live-node.ts';
import { until, within } from '../../../support/until.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';
import {
  aStranger,
  asked,
  aVictim,
  ENVELOPE,
  KEYS,
  nonce,
  ping,
  requireWell,
  sealed,
  sealedBytes,
} from './rig.ts';

const PLAIN: Envelope = { label: 'controllers', keyring: undefined };
const aDead: Message = { kind: 'dead', incarnation: 1, node: 'x', from: 'x' };
/** Of a serf that has seen nothing. */
const NO_STATE = Uint8Array.of(2, 0x80);
const longEvent = encodeSerfMessage({
  kind: 'event',
  time: 3,
  name: 'long',
  payload: new Uint8Array(1_400),
  coalesce: false,
});
const damaged = sealedBytes(Buffer.concat([Uint8Array.of(12, 0, 0, 0, 0), encodeMessage(ping)]));

const PACKETS: readonly { what: string; bytes: Uint8Array; reasons: readonly string[] }[] = [
  { what: 'in plain', bytes: sealed([ping], PLAIN), reasons: ['unreadable'] },
  {
    what: 'by a foreign key',
    bytes: sealed([ping], { ...ENVELOPE, keyring: [aGossipKey(9)] }),
    reasons: ['unreadable'],
  },
  {
    what: 'of another cluster',
    bytes: sealed([ping], { ...ENVELOPE, label: 'others' }),
    reasons: ['label'],
  },
  { what: 'that is cut', bytes: sealed([ping]).subarray(0, -1), reasons: ['unreadable'] },
  { what: 'of the largest size', bytes: new Uint8Array(65_507), reasons: ['label'] },
  { what: 'of one byte', bytes: Uint8Array.of(244), reasons: ['label'] },
  { what: 'whose checksum is wrong', bytes: damaged, reasons: ['checksum'] },
  {
    what: 'of a type that there is not',
    bytes: sealedBytes(Uint8Array.of(99, 1, 2)),
    reasons: ['unknown-type'],
  },
  {
    what: 'with a message that is cut',
    bytes: sealedBytes(encodeMessage(aDead).subarray(0, -1)),
    reasons: ['malformed'],
  },
  {
    what: 'with a message that could not be passed on',
    bytes: sealed([{ kind: 'user', payload: longEvent }]),
    reasons: ['too-large'],
  },
  {
    what: "with a message that is none of serf's",
    bytes: sealed([{ kind: 'user', payload: Uint8Array.of(77) }]),
    reasons: ['unknown-type'],
  },
];

for (const { what, bytes, reasons } of PACKETS) {
  test(`a packet ${what} is counted and dropped`, async (t) => {
    const victim = await aVictim(t);
    const udp = await aStranger(t);
    udp.send(bytes, victim.endpoint.port, LOOPBACK);
    await until('it is counted', () => victim.dropped().length > 0);
    await requireWell(t, victim);
    assert.deepEqual(victim.dropped(), reasons);
    const [report] = victim.reports;
    assert.ok(report?.kind === 'dropped');
    if (report.from !== undefined) assert.equal(report.from.port, udp.address().port);
  });
}

test('of a packet that came again, none but the first is taken', async (t) => {
  const victim = await aVictim(t);
  const udp = await aStranger(t);
  const answers: Buffer[] = [];
  udp.on('message', (packet) => answers.push(packet));
  const packet = sealed([ping]);
  for (let times = 0; times < 3; times += 1) udp.send(packet, victim.endpoint.port, LOOPBACK);
  await until('two are dropped', () => victim.dropped().length >= 2);
  await requireWell(t, victim);
  assert.deepEqual(victim.dropped(), ['replayed', 'replayed']);
  assert.equal(answers.length, 1);
});

test('a stream that came again says nothing new, and is not answered', async (t) => {
  const victim = await aVictim(t);
  const bytes = encodeStream(ping, ENVELOPE, 'dialler', nonce());
  const replay = async () => {
    const stream = aStream(t, victim);
    stream.write(bytes);
    await within('it is answered or closed', Promise.race([once(stream, 'data'), closed(stream)]));
    return stream.bytesRead;
  };
  assert.ok((await replay()) > 0);
  assert.equal(await replay(), 0);
  assert.deepEqual(victim.dropped(), ['replayed']);
});

function aStream(t: TestContext, victim: LiveNode): Stream {
  const stream = connect(victim.endpoint.port, LOOPBACK);
  stream.on('error', () => {});
  t.after(() => stream.destroy());
  return stream;
}

function closed(stream: Stream): Promise<unknown> {
  stream.resume();
  return new Promise((resolve) => stream.once('close', resolve));
}

const tooLong = Buffer.concat([
  encodeStream(ping, ENVELOPE, 'dialler', nonce()).subarray(0, 13),
  Uint8Array.of(10, 0xff, 0xff, 0xff, 0xff),
]);

const STREAMS: readonly { what: string; bytes: Uint8Array; reason: string }[] = [
  {
    what: 'in plain',
    bytes: encodeStream(ping, PLAIN, 'dialler', nonce()),
    reason: 'unreadable',
  },
  {
    what: 'by a foreign key',
    bytes: encodeStream(ping, { ...ENVELOPE, keyring: [aGossipKey(9)] }, 'dialler', nonce()),
    reason: 'unreadable',
  },
  {
    what: 'of another cluster',
    bytes: encodeStream(ping, { ...ENVELOPE, label: 'others' }, 'dialler', nonce()),
    reason: 'label',
  },
  { what: 'of a browser', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n'), reason: 'label' },
  { what: 'that promises too much', bytes: tooLong, reason: 'too-large' },
];

for (const { what, bytes, reason } of STREAMS) {
  test(`a stream ${what} is counted and closed`, async (t) => {
    const victim = await aVictim(t);
    const stream = aStream(t, victim);
    stream.write(bytes);
    await within('it is closed', closed(stream));
    await requireWell(t, victim);
    assert.deepEqual(victim.dropped(), [reason]);
  });
}

test('a stream that asks for somebody else is closed without an answer', async (t) => {
  const victim = await aVictim(t);
  const stream = aStream(t, victim);
  stream.write(encodeStream({ ...ping, node: 'somebody' }, ENVELOPE, 'dialler', nonce()));
  await within('it is closed', closed(stream));
  assert.deepEqual([stream.bytesRead, victim.dropped()], [0, []]);
});

test('a stream that ends before its message does is counted, one without a word is not', async (t) => {
  const victim = await aVictim(t);
  for (const leave of ['end', 'resetAndDestroy'] as const) {
    const silent = aStream(t, victim);
    await once(silent, 'connect');
    silent[leave]();
    await within('it is closed', closed(silent));
  }
  const cut = aStream(t, victim);
  cut.end(encodeStream(ping, ENVELOPE, 'dialler', nonce()).subarray(0, -1));
  await until('it is counted', () => victim.dropped().length > 0);
  await requireWell(t, victim);
  assert.deepEqual(victim.dropped(), ['cut']);
});

test('whoever does not say in time what he has to say is closed', async (t) => {
  const clock = virtualClock();
  const victim = await aLiveNode(t, { ...ENVELOPE, keyring: () => KEYS, clock });
  const stream = aStream(t, victim);
  stream.write(encodeStream(ping, ENVELOPE, 'dialler', nonce()).subarray(0, -1));
  await until('it has been taken', () => clock.nextWake() === 10_000);
  clock.advance(9_999);
  await requireWell(t, victim);
  assert.deepEqual([stream.destroyed, victim.dropped()], [false, []]);
  clock.advance(1);
  await within('it is closed', closed(stream));
  assert.deepEqual(victim.dropped(), ['late']);
});

test('whoever hoards streams, or has us keep what nobody can read yet, only closes his own', async (t) => {
  const victim = await aVictim(t);
  const streams = Array.from({ length: 110 }, () => aStream(t, victim));
  const isClosed = () => streams.filter((stream) => stream.destroyed).length;
  for (const stream of streams) stream.resume();
  await until('the oldest ones are closed', () => isClosed() >= 10);
  await requireWell(t, victim);
  for (const stream of streams) stream.destroy();

  const label = sealedBytes(new Uint8Array()).subarray(0, 13);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(MOST_STREAM_BYTES - 5);
  const almostAll = Buffer.concat([
    label,
    Uint8Array.of(10),
    length,
    Buffer.alloc(MOST_STREAM_BYTES - 50),
  ]);
  const greedy = Array.from({ length: 3 }, () => aStream(t, victim));
  for (const stream of greedy) stream.resume().write(almostAll);
  await until('one of them is closed', () => victim.dropped().includes('too-large'));
  await requireWell(t, victim);
});

test('to be described as before is nothing to tell the others', async (t) => {
  const victim = await aVictim(t);
  const incarnation = async () => {
    const state = { isJoin: false, nodes: [], userState: NO_STATE };
    const answer = await asked(victim, { kind: 'push-pull', state }, ENVELOPE);
    return answer.kind === 'push-pull' ? answer.state.nodes[0]?.incarnation : undefined;
  };
  victim.node.describe(tagged({ role: 'controller' }));
  assert.equal(await incarnation(), 1);
  victim.node.describe(tagged({ role: 'leader' }));
  assert.equal(await incarnation(), 2);
});

test('a push/pull whose members make no sense is taken without those', async (t) => {
  const victim = await aVictim(t);
  const endpoint = { host: LOOPBACK, port: 9 };
  const one = (node: string) =>
    ({
      node,
      endpoint,
      meta: new Uint8Array(),
      incarnation: 1,
      state: 'alive',
      versions: VERSIONS,
    }) as const;
  const nodes = [one('good'), one('n'.repeat(1_400)), one('')];
  const state = { isJoin: false, nodes, userState: NO_STATE };
  await asked(victim, { kind: 'push-pull', state }, ENVELOPE);
  assert.deepEqual(
    victim.node.members().map(({ node }) => node),
    [victim.name, 'good'],
  );
  assert.deepEqual(victim.dropped(), ['too-large', 'malformed']);
});
