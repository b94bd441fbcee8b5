import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heartbeatOf } from '../../../../src/raft/core/heartbeat.ts';
import { DEFAULT_SETTINGS } from '../../../../src/raft/core/io.ts';
import { TransportError } from '../../../../src/raft/transport/transport-error.ts';
import { agreeTo } from '../transport/rig.ts';
import { aDisk, aNode, aPeer, aWorld, watched } from './rig.ts';

const PROBLEMS = [
  ['ENOSPC', 'full'],
  ['EROFS', 'read-only'],
  ['EIO', 'failed'],
] as const;
for (const [code, problem] of PROBLEMS) {
  test(`after ${code} nothing more is said, and the owner hears of it: ${problem}`, async (t) => {
    const world = aWorld();
    const { node, disk, failures } = await aNode(t, world, 'a');
    const peer = await aPeer(t, world, 'b');
    const before = watched(peer.ask('a:1', heartbeatOf(1)));
    await world.clock.advanceAsync(0);
    assert.ok(before.value !== undefined);
    disk.folder.failWith(code, 'write');
    const vote = { kind: 'request-vote', term: 2, lastIndex: 0, lastTerm: 0 } as const;
    const answer = watched(peer.ask('a:1', { ...vote, leadershipTransfer: true }));
    await world.clock.advanceAsync(0);
    assert.deepEqual(
      failures.map((failure) => failure.problem),
      [problem],
    );
    assert.ok(answer.error instanceof TransportError, 'its connection is closed');
    const after = watched(peer.ask('a:1', heartbeatOf(1)));
    await world.clock.advanceAsync(10_000);
    assert.ok(after.error instanceof TransportError, 'nobody listens any more');
    assert.deepEqual(node.change({ kind: 'remove', id: 'b' }), {
      kind: 'refused',
      why: 'not-leader',
    });
    assert.ok(disk.isClosed);
    assert.equal(failures.length, 1);
  });
}

test('S40 a leader whose disk fails leads no more, and is not to be believed', async (t) => {
  const world = aWorld();
  const { node, disk, failures } = await aNode(t, world, 'a', { bootstrap: true });
  await world.clock.advanceAsync(0);
  assert.equal(node.status().role, 'leader');
  disk.folder.failWith('ENOSPC', 'write');
  node.change({ kind: 'add', id: 'b', address: 'b:1' });
  await world.clock.advanceAsync(0);
  assert.equal(failures.length, 1);
  const { role, leader, leadsUntil, canChange, peers } = node.status();
  assert.deepEqual(
    { role, leader, leadsUntil, canChange, peers },
    { role: 'follower', leader: undefined, leadsUntil: undefined, canChange: false, peers: [] },
  );
});

test('what waits for the disk when the node stops is never said', async (t) => {
  const world = aWorld();
  const { node, disk, failures, reports } = await aNode(t, world, 'a');
  const peer = await aPeer(t, world, 'b');
  disk.hold();
  const answer = watched(peer.ask('a:1', heartbeatOf(3)));
  await world.clock.advanceAsync(0);
  const stopped = watched(node.stop().then(() => 'stopped'));
  disk.release();
  await world.clock.advanceAsync(1_000);
  assert.equal(stopped.value, 'stopped');
  assert.ok(answer.error instanceof TransportError);
  assert.deepEqual([failures, reports], [[], []]);
});

test('a node that has stopped asks nobody, and can be stopped again', async (t) => {
  const world = aWorld();
  const { node, disk } = await aNode(t, world, 'a', { bootstrap: true });
  await aPeer(t, world, 'b', agreeTo);
  await world.clock.advanceAsync(0);
  node.change({ kind: 'add', id: 'b', address: 'b:1' });
  await world.clock.advanceAsync(500);
  await node.stop();
  assert.equal(world.clock.nextWake(), undefined);
  await node.stop();
  const dialled = world.network.dialled.length;
  node.missLeader('a');
  assert.deepEqual(node.transfer(), { kind: 'refused', why: 'not-leader' });
  await world.clock.advanceAsync(10_000);
  assert.equal(world.network.dialled.length, dialled);
  assert.ok(disk.isClosed);
});

test('who cannot listen does not start, and lets go of the disk', async (t) => {
  const world = aWorld();
  const disk = aDisk();
  const listen = () => Promise.reject(new Error('the port is taken'));
  await assert.rejects(aNode(t, world, 'a', { disk, listen }), /the port is taken/);
  assert.ok(disk.isClosed);
});

test('who cannot write down that he begins a cluster does not start', async (t) => {
  const world = aWorld();
  const disk = aDisk();
  await (await aNode(t, world, 'a', { disk })).node.stop();
  const again = aDisk(disk.folder);
  disk.folder.failWith('ENOSPC', 'write');
  await assert.rejects(aNode(t, world, 'a', { disk: again, bootstrap: true }), /no space left/);
});

test('S41 a server that vanishes without a word is asked no longer than an election takes', async (t) => {
  const world = aWorld();
  const { node, reports } = await aNode(t, world, 'a', { bootstrap: true });
  await world.clock.advanceAsync(0);
  world.network.silence('b:1');
  node.change({ kind: 'add', id: 'b', address: 'b:1' });
  await world.clock.advanceAsync(DEFAULT_SETTINGS.electionMaxMs);
  const problems = reports.map((report) =>
    report.kind === 'unanswered' && report.error instanceof TransportError
      ? `${report.to} ${report.error.problem}`
      : report.kind,
  );
  assert.deepEqual(new Set(problems), new Set(['b late']));
});

test('what is malformed ends its connection, is counted, and disturbs nothing', async (t) => {
  const world = aWorld();
  const { node, reports } = await aNode(t, world, 'a');
  const stream = await world.network.streams.dial('a:1', new AbortController().signal);
  const closed = Promise.withResolvers<void>();
  stream.on('close', closed.resolve);
  stream.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  await closed.promise;
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['malformed'],
  );
  const answer = watched((await aPeer(t, world, 'b')).ask('a:1', heartbeatOf(1)));
  await world.clock.advanceAsync(0);
  assert.ok(answer.value !== undefined);
  assert.equal(node.status().leader, 'b');
});
