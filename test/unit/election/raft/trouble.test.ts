import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FinalKubeError } from '../../../../src/kube/api/kube-error.ts';
import { StorageError } from '../../../../src/raft/storage/storage-error.ts';
import {
  aClusterLease,
  followingStatus,
  leadingStatus,
  raftElection,
  runningElection,
  US,
} from '../../../support/election/raft-election.ts';
import { aRaftStatus } from '../../../support/election/raft-status.ts';

const FULL = new StorageError('full', 'there is no space left');
const forbidden = new FinalKubeError('forbidden', 'create the Lease', '403 no');

const never = () => new Promise<never>(() => {});

test('a gossip that cannot start ends the fence, and with it all', async () => {
  const inUse = new Error('the port is in use');
  const did: string[] = [];
  const fence = {
    leader: () => undefined,
    members: () => undefined,
    claim: () => undefined,
    check: { name: 'election', state: () => 'ok' as const },
    stand() {},
    sit() {},
    handOver: never,
    stop: () => void did.push('stop the fence'),
  };
  const followPods = () => assert.fail('it has gone on');
  const startGossip = () => Promise.reject(inUse);
  await assert.rejects(raftElection({ startFence: () => fence, startGossip, followPods }), inUse);
  assert.deepEqual(did, ['stop the fence']);
});

test('the check says what is not well, the Lease first', async () => {
  const { election, become, fence, play, clock } = await runningElection();
  const { check } = election;
  assert.equal(check.name, 'election');
  assert.deepEqual(check.state(), { reason: 'no leader of the Raft cluster is known' });
  await become(followingStatus());
  assert.equal(check.state(), 'ok');
  play.raft.run?.failed(FULL);
  assert.deepEqual(check.state(), { reason: FULL.message });
  await clock.advanceAsync(10_000);
  assert.equal(check.state(), 'ok');
  fence.state = { reason: 'stopping' };
  assert.deepEqual(check.state(), { reason: 'stopping' });
});

test('S43 who leads sits when its disk fails, and runs again when that works', async () => {
  const { did, election, become, play, clock, ofKind } = await runningElection();
  election.stand();
  await become(leadingStatus());
  play.raft.run?.failed(FULL);
  await clock.advanceAsync(0);
  assert.deepEqual(did, ['stand in term 5', 'sit']);
  play.raft.status = aRaftStatus();
  await clock.advanceAsync(10_000);
  assert.deepEqual(did.slice(2), ['open 2', 'run 2']);
  assert.deepEqual(ofKind('trouble'), [
    { kind: 'trouble', error: FULL },
    { kind: 'trouble', error: undefined },
  ]);
});

test('S43 a disk that stays full is told of once', async () => {
  const open = () => Promise.reject(FULL);
  const { election, clock, ofKind } = await runningElection({ open });
  await clock.advanceAsync(60_000);
  assert.deepEqual(ofKind('trouble'), [{ kind: 'trouble', error: FULL }]);
  assert.deepEqual(election.check.state(), { reason: FULL.message });
});

test('S43 a write that fails is told of, and made again', async () => {
  const { play, did, clock, ofKind } = await raftElection();
  play.answer = () => Promise.reject(forbidden);
  play.seePods([US]);
  play.see(undefined);
  await clock.advanceAsync(10_000);
  assert.ok(did.length > 1 && did.every((one) => one === 'create'), did.join());
  assert.deepEqual(ofKind('failing'), [{ kind: 'failing', error: forbidden }]);
  play.answer = () => Promise.resolve(aClusterLease());
  await clock.advanceAsync(5_000);
  assert.equal(ofKind('recovered').length, 1);
  assert.deepEqual(did.slice(-2), ['open 2', 'run 2 as founder']);
});
