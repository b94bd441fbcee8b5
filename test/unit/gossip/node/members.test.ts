import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { GossipListenError } from '../../../../src/gossip/node/listening.ts';
import type { NodeRules } from '../../../../src/gossip/node/rules.ts';
import type { Keyring } from '../../../../src/gossip/wire/keyring.ts';
import {
  aGossipKey,
  aLiveNode,
  type LiveNode,
  LOOPBACK,
  tagged,
} from '../../../support/gossip/live-node.ts';
import { freePort } from '../../../support/real/process/free-port.ts';
import { until, within } from '../../../support/until.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

/** As quick as a loaded machine can follow. */
const QUICK: Partial<NodeRules> = {
  probeEveryMs: 200,
  probeTimeoutMs: 100,
  gossipEveryMs: 20,
  suspicionMaxFactor: 1,
  leavePropagateMs: 50,
};
const [ONE, TWO] = [aGossipKey(1), aGossipKey(2)];

function bothKnowEachOther(one: LiveNode, other: LiveNode): boolean {
  return one.status(other.name) === 'alive' && other.status(one.name) === 'alive';
}

for (const { title, keyring } of [
  { title: 'in plain', keyring: undefined },
  { title: 'encrypted', keyring: [ONE] as const },
]) {
  test(`S40 who joins one member knows all, and all know him, ${title}`, async (t) => {
    const parts = { keyring: () => keyring, rules: QUICK, label: 'controllers' };
    const a = await aLiveNode(t, parts);
    const b = await aLiveNode(t, { ...parts, meta: tagged({ role: 'second' }) });
    const c = await aLiveNode(t, parts);
    b.node.join(a.endpoint);
    await until('a and b know each other', () => bothKnowEachOther(a, b));
    c.node.join(a.endpoint);
    await until('c and all others know each other', () =>
      [a, b].every((one) => bothKnowEachOther(one, c)),
    );
    assert.deepEqual(c.tags(b.name), { role: 'second' });
    assert.deepEqual(
      [a, b, c].flatMap((one) => one.dropped()),
      [],
    );
  });
}

test('S46 a member described anew is seen so by the others', async (t) => {
  const a = await aLiveNode(t, { rules: QUICK });
  const b = await aLiveNode(t, { rules: QUICK });
  b.node.join(a.endpoint);
  await until('they know each other', () => bothKnowEachOther(a, b));
  a.node.describe(tagged({ role: 'leader' }));
  await until('b knows', () => b.tags(a.name)?.['role'] === 'leader');
  assert.deepEqual(b.changes, [`joined ${a.name}`, `updated ${a.name}`]);
});

test('S41 who ends without a word is taken for failed, and forgotten when he is removed', async (t) => {
  const a = await aLiveNode(t, { rules: QUICK });
  const b = await aLiveNode(t, { rules: QUICK });
  const c = await aLiveNode(t, { rules: QUICK });
  b.node.join(a.endpoint);
  c.node.join(a.endpoint);
  await until('all know b', () => [a, c].every((one) => one.status(b.name) === 'alive'));
  b.node[Symbol.dispose]();
  await until('b has failed', () => [a, c].every((one) => one.status(b.name) === 'failed'));
  a.node.remove(b.name);
  await until('b is forgotten', () => [a, c].every((one) => one.member(b.name) === undefined));
  assert.deepEqual(
    a.changes.filter((change) => change.endsWith(b.name)),
    [`joined ${b.name}`, `failed ${b.name}`, `left ${b.name}`, `reaped ${b.name}`],
  );
});

test('S41 who leaves is known to have left, and has given back his port', async (t) => {
  const a = await aLiveNode(t, { rules: QUICK });
  const b = await aLiveNode(t, { rules: QUICK });
  b.node.join(a.endpoint);
  await until('they know each other', () => bothKnowEachOther(a, b));
  await within('it has left', b.node.leave());
  await until('a has heard it', () => a.status(b.name) === 'left');
  assert.deepEqual(a.changes, [`joined ${b.name}`, `left ${b.name}`]);
  const server = createServer().listen(b.endpoint.port, LOOPBACK);
  await once(server, 'listening');
  server.close();
  await within('to leave again is nothing', b.node.leave());
});

for (const { how, end, status } of [
  { how: 'failed', end: async (b: LiveNode) => b.node[Symbol.dispose](), status: 'failed' },
  { how: 'left', end: (b: LiveNode) => b.node.leave(), status: 'left' },
]) {
  test(`S41 who ${how} and starts again at the same place is known anew`, async (t) => {
    const a = await aLiveNode(t, { rules: QUICK });
    const b = await aLiveNode(t, { rules: QUICK });
    b.node.join(a.endpoint);
    await until('they know each other', () => bothKnowEachOther(a, b));
    await end(b);
    await until('it is gone', () => a.status(b.name) === status);
    const meta = tagged({ role: 'another' });
    const again = await aLiveNode(t, { endpoint: b.endpoint, rules: QUICK, meta });
    again.node.join(a.endpoint);
    await until('they know each other', () => bothKnowEachOther(a, again));
    assert.deepEqual(a.tags(b.name), { role: 'another' });
  });
}

test('S41 leaving takes 2.5 s at most, though nobody is there to hear of it', async (t) => {
  const clock = virtualClock();
  const a = await aLiveNode(t, { clock });
  const b = await aLiveNode(t);
  a.node.join(b.endpoint);
  await until('they know each other', () => bothKnowEachOther(a, b));
  b.node[Symbol.dispose]();
  const left = a.node.leave();
  await clock.advanceAsync(2_500);
  await within('it has left', left);
});

test('keys are exchanged one member at a time, and nobody is lost meanwhile', async (t) => {
  const rings = new Map<LiveNode, Keyring>();
  const member = async () => {
    const holder: { node?: LiveNode } = {};
    const ring = () => (holder.node && rings.get(holder.node)) ?? ([ONE] as const);
    holder.node = await aLiveNode(t, { rules: { ...QUICK, pushPullEveryMs: 100 }, keyring: ring });
    return holder.node;
  };
  const [a, b] = [await member(), await member()];
  b.node.join(a.endpoint);
  await until('they know each other', () => bothKnowEachOther(a, b));
  let turn = 0;
  const say = async (from: LiveNode, to: LiveNode) => {
    turn += 1;
    from.node.describe(tagged({ turn: `${turn}` }));
    await until(`turn ${turn} is heard`, () => to.tags(from.name)?.['turn'] === `${turn}`);
  };
  const steps: readonly Keyring[] = [[ONE, TWO], [TWO, ONE], [TWO]];
  for (const ring of steps) {
    for (const one of [a, b]) {
      rings.set(one, ring);
      await say(a, b);
      await say(b, a);
    }
  }
  assert.deepEqual([...a.dropped(), ...b.dropped()], []);
  assert.ok([...a.changes, ...b.changes].every((change) => !change.startsWith('failed')));
  const c = await aLiveNode(t, { rules: QUICK, keyring: () => [TWO] });
  c.node.join(a.endpoint);
  await until('who has only the new key is known', () => bothKnowEachOther(a, c));
});

test('a port that another has is refused, with the setting to change', async (t) => {
  const a = await aLiveNode(t);
  const again = aLiveNode(t, {
    bind: { port: a.endpoint.port, address: LOOPBACK, portKey: 'cluster.gossipPort' },
  });
  await assert.rejects(again, (error: Error) => {
    assert.ok(error instanceof GossipListenError);
    assert.match(error.message, /port \d+ of 127\.0\.0\.1 is in use: set cluster\.gossipPort/);
    return true;
  });
});

for (const { over, bound } of [
  { over: 'UDP', bound: (port: number) => createSocket('udp4').bind(port, LOOPBACK) },
  { over: 'TCP', bound: (port: number) => createServer().listen(port, LOOPBACK) },
]) {
  test(`a port that another has over ${over} alone is refused, and kept over neither`, async (t) => {
    const port = await freePort();
    const bind = { port, address: LOOPBACK, portKey: 'cluster.gossipPort' };
    const other = bound(port);
    await once(other, 'listening');
    await assert.rejects(aLiveNode(t, { bind }), GossipListenError);
    other.close();
    await once(other, 'close');
    await aLiveNode(t, { bind });
  });
}

test('members of IPv6 know each other', async (t) => {
  const member = async () => {
    const port = await freePort('::1');
    const endpoint = { host: '::1', port };
    const bind = { port, address: undefined, portKey: 'cluster.gossipPort' };
    return aLiveNode(t, { endpoint, bind, rules: QUICK });
  };
  const [a, b] = [await member(), await member()];
  b.node.join(a.endpoint);
  await until('they know each other', () => bothKnowEachOther(a, b));
  a.node.describe(tagged({ role: 'leader' }));
  await until('b knows', () => b.tags(a.name)?.['role'] === 'leader');
  assert.deepEqual([...a.reports, ...b.reports], []);
});

test('a meta that no member would take is refused', async (t) => {
  const { node } = await aLiveNode(t);
  assert.throws(() => node.describe(new Uint8Array(513)), RangeError);
  await assert.rejects(aLiveNode(t, { meta: new Uint8Array(513) }), RangeError);
});

test('joining where nobody listens is reported, and joining oneself is nothing', async (t) => {
  const gone = await aLiveNode(t);
  gone.node[Symbol.dispose]();
  let said = 0;
  const keyring = () => {
    said += 1;
    return undefined;
  };
  const { node, reports, endpoint } = await aLiveNode(t, { keyring });
  const before = said;
  node.join(endpoint);
  assert.equal(said, before);
  node.join(gone.endpoint);
  const [report] = await until('it is reported', () => reports.length > 0 && reports);
  assert.equal(report?.kind, 'unreached');
  assert.deepEqual(report.to, gone.endpoint);
});

test('nothing is said any more once it is disposed of', async (t) => {
  const a = await aLiveNode(t, { rules: QUICK });
  const b = await aLiveNode(t, { rules: QUICK });
  b.node.join(a.endpoint);
  await until('they know each other', () => bothKnowEachOther(a, b));
  const said = [...b.changes];
  b.node.join(a.endpoint);
  b.node[Symbol.dispose]();
  await within('leaving is over at once', b.node.leave());
  await until('a has missed it', () => a.status(b.name) === 'failed');
  assert.deepEqual([b.changes, b.reports], [said, []]);
});
