import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { heartbeatOf } from '../../../../src/raft/core/heartbeat.ts';
import { DEFAULT_SETTINGS } from '../../../../src/raft/core/io.ts';
import { agreeTo } from '../transport/rig.ts';
import { aDisk, aNode, aPeer, aWorld, type TestNode, type World, watched } from './rig.ts';

test('S46 a cluster grows from one to three, and all agree who leads', async (t) => {
  const { nodes } = await aCluster(t, ['a', 'b', 'c']);
  for (const { node } of nodes) {
    const { leader, configuration } = node.status();
    assert.equal(leader, 'a');
    assert.deepEqual(
      configuration.servers.map(({ id, suffrage }) => `${id} ${suffrage}`),
      ['a voter', 'b voter', 'c voter'],
    );
  }
});

test('S41 the leader stops, and another leads; it comes again, and follows', async (t) => {
  const { world, nodes } = await aCluster(t, ['a', 'b', 'c']);
  const [old, ...others] = nodes;
  await old?.node.stop();
  await world.clock.advanceAsync(2_000);
  const leader = leaderOf(others);
  assert.ok((leader?.node.status().leadsUntil ?? 0) > world.clock.now());
  const again = await aNode(t, world, 'a', old && { disk: aDisk(old.disk.folder) });
  await world.clock.advanceAsync(1_000);
  assert.equal(again.node.status().leader, leader?.node.id);
  assert.equal(again.node.status().commit, leader?.node.status().commit);
});

test('S41 where the leader is known to be gone, nobody waits for its silence', async (t) => {
  const { world, nodes } = await aCluster(t, ['a', 'b', 'c']);
  const [old, ...others] = nodes;
  await old?.node.stop();
  for (const { node } of others) node.missLeader('a');
  await world.clock.advanceAsync(DEFAULT_SETTINGS.heartbeatMs);
  assert.ok(leaderOf(others) !== undefined);
});

test('S41 a leader hands over to whom it is told to, at once', async (t) => {
  const { world, nodes } = await aCluster(t, ['a', 'b', 'c']);
  const [old] = nodes;
  assert.deepEqual(old?.node.transfer('c'), { kind: 'begun' });
  await world.clock.advanceAsync(0);
  assert.equal(leaderOf(nodes)?.node.id, 'c');
  assert.equal(old.node.status().leadsUntil, undefined);
});

test('what was promised before a restart is kept', async (t) => {
  const world = aWorld();
  const disk = aDisk();
  const { node } = await aNode(t, world, 'a', { disk });
  const [b, c] = [await aPeer(t, world, 'b'), await aPeer(t, world, 'c')];
  const vote = { kind: 'request-vote', term: 5, lastIndex: 0, lastTerm: 0 } as const;
  const first = watched(b.ask('a:1', { ...vote, leadershipTransfer: false }));
  await world.clock.advanceAsync(0);
  assert.deepEqual(first.value, { kind: 'request-vote', term: 5, granted: true });
  await node.stop();
  await aNode(t, world, 'a', { disk: aDisk(disk.folder.restarted(() => 0)) });
  const second = watched(c.ask('a:1', { ...vote, leadershipTransfer: false }));
  await world.clock.advanceAsync(0);
  assert.deepEqual(second.value, { kind: 'request-vote', term: 5, granted: false });
});

test('a cluster is begun where nothing is kept, and never a second time', async (t) => {
  const world = aWorld();
  const disk = aDisk();
  const first = await aNode(t, world, 'a', { disk, bootstrap: true });
  await world.clock.advanceAsync(0);
  await first.node.stop();
  const term = first.node.status().term;
  const again = await aNode(t, world, 'a', { disk: aDisk(disk.folder), bootstrap: true });
  await world.clock.advanceAsync(0);
  assert.equal(again.node.status().term, term + 1);
});

test('whoever has heard of a term begins no cluster', async (t) => {
  const world = aWorld();
  const disk = aDisk();
  const first = await aNode(t, world, 'a', { disk });
  const heard = watched((await aPeer(t, world, 'b')).ask('a:1', heartbeatOf(7)));
  await world.clock.advanceAsync(0);
  assert.ok(heard.value !== undefined);
  await first.node.stop();
  const again = await aNode(t, world, 'a', { disk: aDisk(disk.folder), bootstrap: true });
  await world.clock.advanceAsync(5_000);
  assert.equal(again.node.status().role, 'follower');
  assert.equal(again.node.status().term, 7);
});

test('a log that has grown is cut, and who comes then is sent a snapshot', async (t) => {
  const settings = { ...DEFAULT_SETTINGS, trailingEntries: 2 };
  const world = aWorld();
  const first = await aNode(t, world, 'a', { bootstrap: true, settings });
  await world.clock.advanceAsync(0);
  for (let port = 1; port <= 10; port += 1) await change(world, first, 'x', `x:${port}`);
  const { snapshotIndex, lastIndex } = first.node.status();
  assert.ok(lastIndex - snapshotIndex <= 5, `a snapshot of ${snapshotIndex}, of ${lastIndex}`);
  const { node: joined } = await aNode(t, world, 'b', { settings });
  await change(world, first, 'b', 'b:1');
  await world.clock.advanceAsync(500);
  assert.equal(joined.status().snapshotIndex, first.node.status().snapshotIndex);
  assert.equal(joined.status().commit, first.node.status().commit);
  await first.node.stop();
  const again = await aNode(t, world, 'a', { disk: aDisk(first.disk.folder), settings });
  assert.deepEqual(again.node.status().configuration, first.node.status().configuration);
  assert.ok(again.node.status().snapshotIndex >= snapshotIndex);
});

test('whoever tells no id is known by his address', async (t) => {
  const world = aWorld();
  const { node } = await aNode(t, world, 'a');
  const peer = await aPeer(t, world, 'b', agreeTo, { id: '', address: 'old:1' });
  const answer = watched(peer.ask('a:1', heartbeatOf(1)));
  await world.clock.advanceAsync(0);
  assert.ok(answer.value !== undefined);
  assert.equal(node.status().leader, 'old:1');
});

/** The first one has begun it, and leads; the others have been added, and are voters. */
async function aCluster(t: TestContext, names: readonly string[]) {
  const world = aWorld();
  const nodes: TestNode[] = [];
  for (const name of names) {
    const [first] = nodes;
    // Each waits differently long before it stands for election.
    const random = () => (nodes.length + 1) / 10;
    const added = await aNode(t, world, name, { bootstrap: first === undefined, random });
    nodes.push(added);
    await world.clock.advanceAsync(0);
    if (first === undefined) continue;
    await change(world, first, name, added.address);
    await world.clock.advanceAsync(500);
    assert.equal(first.node.change({ kind: 'promote', id: name }).kind, 'appended');
    await world.clock.advanceAsync(500);
  }
  return { world, nodes };
}

async function change(world: World, { node }: TestNode, id: string, address: string) {
  assert.equal(node.change({ kind: 'add', id, address }).kind, 'appended');
  await world.clock.advanceAsync(0);
}

function leaderOf(nodes: readonly TestNode[]): TestNode | undefined {
  const leaders = nodes.filter(({ node }) => node.status().role === 'leader');
  assert.ok(leaders.length < 2, `${leaders.length} lead`);
  return leaders[0];
}
