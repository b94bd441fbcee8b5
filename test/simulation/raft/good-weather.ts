import assert from 'node:assert/strict';
import { findServer } from '../../../src/raft/core/configuration.ts';
import type { Cluster } from './cluster.ts';

/** An election or two, and the changes of membership that are to be made, each after the one before. */
const SETTLED_WITHIN_MS = 15_000;

/** Soon one leads, what it is given is final everywhere, and everybody has the same state. */
export function assertRecovers(cluster: Cluster): void {
  cluster.becomeGood();
  cluster.until('one leads, of a tended cluster', SETTLED_WITHIN_MS, () => isSettled(cluster));
  cluster.isTended = false;
  const leader = cluster.leader() ?? assert.fail('nobody leads');
  const { term } = leader.raft?.status() ?? assert.fail();
  const before = cluster.judge.committed.length;
  for (let n = 0; n < 10; n += 1) cluster.propose(leader);
  // What hangs since the storm is given up only now.
  cluster.until('everybody has it', 3_000, () => hasEverybody(cluster, before + 10));
  assert.equal(new Set(cluster.intact().map(({ digest }) => digest)).size, 1, 'one state');
  cluster.world.advance(3_000);
  assert.equal(leader.raft?.status().term, term, 'nobody disturbs a leader in good weather');
  assert.deepEqual(cluster.leaders(), [leader], 'the leader goes on');
}

function isSettled(cluster: Cluster): boolean {
  const [leader, ...others] = cluster.leaders();
  const status = leader?.raft?.status();
  if (status === undefined || others.length > 0 || !status.canChange) return false;
  const { servers } = status.configuration;
  const isOfIntact = servers.every(({ id }) => cluster.intact().some((one) => one.id === id));
  const all = cluster.intact().every(({ id }) => findServer(status.configuration, id));
  return isOfIntact && all && status.peers.every(({ match }) => match === status.lastIndex);
}

function hasEverybody(cluster: Cluster, index: number): boolean {
  return cluster.intact().every(({ appliedIndex }) => appliedIndex >= index);
}
