import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { heartbeatOf, isHeartbeat } from '../../../../src/raft/core/heartbeat.ts';
import type { AppendEntries, Request, Response } from '../../../../src/raft/messages.ts';
import { openStorage } from '../../../../src/raft/storage/storage.ts';
import { toConfiguration } from '../../../support/raft/raft-text.ts';
import { agreeTo } from '../transport/rig.ts';
import { aDisk, aNode, aPeer, aWorld, type SlowDisk, type World, watched } from './rig.ts';

test('S46 who is alone is to be believed when it has its lead on its disk, and not before', async (t) => {
  const world = aWorld();
  const disk = aDisk();
  await keep(disk, 'a');
  const { node } = await aNode(t, world, 'a', { disk });
  disk.hold();
  await world.clock.advanceAsync(1);
  assert.equal(node.status().role, 'leader');
  assert.equal(node.status().leadsUntil, undefined);
  disk.release();
  await world.clock.advanceAsync(0);
  assert.equal(node.status().leadsUntil, Number.POSITIVE_INFINITY);
});

test('a vote is given when it is on the disk, and not before', async (t) => {
  const { world, disk, peer } = await aFollower(t);
  disk.hold();
  const vote = { kind: 'request-vote', term: 2, lastIndex: 9, lastTerm: 1 } as const;
  const answer = watched(peer.ask('a:1', { ...vote, leadershipTransfer: true }));
  await world.clock.advanceAsync(100);
  assert.equal(answer.value, undefined);
  disk.release();
  await world.clock.advanceAsync(0);
  assert.deepEqual(answer.value, { kind: 'request-vote', term: 2, granted: true });
  assert.deepEqual((await kept(disk)).hardState, { term: 2, votedFor: 'b' });
});

test('entries are acknowledged when they are on the disk; heartbeats do not wait for that', async (t) => {
  const { world, disk, peer } = await aFollower(t);
  disk.hold();
  const append = watched(peer.ask('a:1', firstEntry));
  const heartbeat = watched(peer.ask('a:1', heartbeatOf(1)));
  await world.clock.advanceAsync(100);
  assert.equal(append.value, undefined);
  assert.ok(isSuccess(heartbeat.value), 'the heartbeat is answered');
  disk.release();
  await world.clock.advanceAsync(0);
  assert.ok(isSuccess(append.value), 'the append is answered');
});

test('a heartbeat of a term that is not on the disk waits for that', async (t) => {
  const { world, disk, peer } = await aFollower(t);
  disk.hold();
  const heartbeat = watched(peer.ask('a:1', heartbeatOf(7)));
  await world.clock.advanceAsync(100);
  assert.equal(heartbeat.value, undefined);
  disk.release();
  await world.clock.advanceAsync(0);
  assert.ok(isSuccess(heartbeat.value), 'it is answered');
  assert.equal((await kept(disk)).hardState.term, 7);
});

test('an answer that waits for nothing of its own comes after those before it', async (t) => {
  const { world, disk, peer } = await aFollower(t);
  disk.hold();
  const answers: string[] = [];
  void peer.ask('a:1', firstEntry).then(() => answers.push('the append'));
  void peer.ask('a:1', { kind: 'timeout-now' }).then(() => answers.push('the other'));
  await world.clock.advanceAsync(100);
  assert.deepEqual(answers, []);
  disk.release();
  await world.clock.advanceAsync(0);
  assert.deepEqual(answers, ['the append', 'the other']);
});

test('a candidate asks for votes when its own is on the disk', async (t) => {
  const world = aWorld();
  const disk = aDisk();
  await keep(disk, 'a,b');
  const peer = await aPeer(t, world, 'b', agreeTo);
  await aNode(t, world, 'a', { disk });
  disk.hold();
  await world.clock.advanceAsync(900);
  assert.deepEqual(kindsOf(peer.asked), ['request-pre-vote']);
  disk.release();
  await world.clock.advanceAsync(0);
  assert.deepEqual(kindsOf(peer.asked).slice(0, 2), ['request-pre-vote', 'request-vote']);
});

test('a leader whose disk is slow sends heartbeats, and no entries', async (t) => {
  const world = aWorld();
  const disk = aDisk();
  await keep(disk, 'a,b');
  const peer = await aPeer(t, world, 'b', agreeTo);
  const { node } = await aNode(t, world, 'a', { disk });
  await world.clock.advanceAsync(1_000);
  assert.equal(node.status().role, 'leader');
  disk.hold();
  peer.asked.length = 0;
  assert.equal(node.change({ kind: 'add', id: 'c', address: 'c:1' }).kind, 'appended');
  await world.clock.advanceAsync(1_000);
  assert.ok(peer.asked.length >= 6, `${peer.asked.length} heartbeats`);
  assert.ok(peer.asked.every(isHeartbeat));
  assert.equal(node.status().role, 'leader');
  disk.release();
  await world.clock.advanceAsync(0);
  assert.ok(peer.asked.some((request) => hasEntries(request)));
});

/** Server `a`, which has heard of b as the leader of term 1, and has a connection to it. */
async function aFollower(t: TestContext) {
  const world = aWorld();
  const disk = aDisk();
  await aNode(t, world, 'a', { disk });
  const peer = await aPeer(t, world, 'b');
  await answered(world, peer.ask('a:1', heartbeatOf(1)));
  return { world, disk, peer };
}

async function answered(world: World, answer: Promise<Response>) {
  const seen = watched(answer);
  await world.clock.advanceAsync(0);
  assert.ok(seen.value !== undefined, 'it is answered');
}

async function keep({ folder }: SlowDisk, configuration: string) {
  const storage = await openStorage(folder, () => 'a');
  await storage.save({
    hardState: { term: 1, votedFor: undefined },
    append: [
      { kind: 'configuration', index: 1, term: 1, configuration: toConfiguration(configuration) },
    ],
  });
  await storage.close();
}

async function kept({ folder }: SlowDisk) {
  const storage = await openStorage(folder, () => assert.fail('it is not there'));
  await storage.close();
  return storage.restored;
}

const firstEntry: AppendEntries = {
  ...heartbeatOf(1),
  entries: [{ kind: 'noop', index: 1, term: 1, data: new Uint8Array() }],
};

function isSuccess(response: Response | undefined): boolean {
  return response?.kind === 'append-entries' && response.success;
}

function hasEntries(request: Request): boolean {
  return request.kind === 'append-entries' && request.entries.length > 0;
}

function kindsOf(requests: readonly Request[]): string[] {
  return requests.map(({ kind }) => kind);
}
