import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aClusterLease,
  CLUSTER,
  followingStatus,
  leadingStatus,
  OTHER,
  OTHERS,
  OURS,
  otherMember,
  raftElection,
  runningElection,
  US,
} from '../../../support/election/raft-election.ts';
import { aRaftStatus } from '../../../support/election/raft-status.ts';

const CLAIM = { cluster: CLUSTER.id, epoch: CLUSTER.epoch, term: 5 };

test('S46 one alone begins a cluster, says so in the Lease, and runs its first server', async () => {
  const { play, did, election, clock, described, reports } = await raftElection();
  const first = { ...CLUSTER, epoch: 1 };
  play.answer = (change) => Promise.resolve(aClusterLease({ cluster: change?.cluster }));
  play.seePods([US]);
  play.see(undefined);
  await clock.advanceAsync(5_000);
  assert.deepEqual(did, ['create', 'open 1', 'run 1 as founder']);
  const { serverId, cluster, pod } = described() ?? {};
  assert.deepEqual({ serverId, cluster, pod }, { serverId: OURS, cluster: first, pod: 'a' });
  assert.deepEqual(election.view().cluster, CLUSTER.id);
  assert.deepEqual(reports.slice(0, 2), [
    { kind: 'founding', cluster: first, cause: 'none' },
    { kind: 'serving', cluster: first, as: 'founder' },
  ]);
});

test('S46 whoever the Service leads to is sought by gossip, and taken in by who leads', async () => {
  const { play, did, meet, become, ofKind } = await runningElection();
  play.seePods([US, OTHER]);
  assert.deepEqual(did, [`join ${OTHER}`]);
  const alone = { servers: leadingStatus().configuration.servers.slice(0, 1) };
  await become(leadingStatus({ configuration: alone, canChange: true, peers: [] }));
  const other = otherMember();
  await meet('joined', other);
  assert.deepEqual(did.slice(1), [`add ${OTHERS}`]);
  assert.deepEqual(ofKind('member'), [{ kind: 'member', change: 'joined', member: other }]);
});

test('S46 where the Lease names another cluster, that one is served, and in its name it stands', async () => {
  const { play, did, election, become, settle, fence } = await runningElection();
  election.stand();
  await become(leadingStatus());
  const cluster = { ...CLUSTER, epoch: 3 };
  play.raft.status = aRaftStatus();
  play.see(aClusterLease({ version: '6', cluster, founder: 'another' }));
  await settle();
  assert.deepEqual(did, ['stand in term 5', 'sit', 'stop the server', 'open 3', 'run 3']);
  await become(leadingStatus({ term: 9 }));
  assert.deepEqual(fence.standing, { ...CLAIM, epoch: 3, term: 9 });
});

test('S41 the leader is missed whose process is gone, as it holds the Lease', async () => {
  const { did, become, fence } = await runningElection();
  await become(followingStatus());
  fence.hooks?.onMissed(CLAIM);
  assert.deepEqual(did, [`miss ${OTHERS}`]);
});

for (const [what, claim, status] of [
  ['of another cluster', { cluster: 'another' }, {}],
  ['of another epoch', { epoch: 1 }, {}],
  ['of an earlier term', { term: 4 }, {}],
  ['while nobody is known to lead', {}, { leader: undefined }],
] as const) {
  test(`S43 that a holder is gone ${what} hastens nothing`, async () => {
    const { did, become, fence } = await runningElection();
    await become(followingStatus(status));
    fence.hooks?.onMissed({ ...CLAIM, ...claim });
    assert.deepEqual(did, []);
  });
}

test('S46 it knows how many take part, and who acts', async () => {
  const { election, become, meet } = await runningElection();
  election.stand();
  await meet('joined', otherMember());
  await become(leadingStatus());
  assert.deepEqual(
    election.view().members.map(({ pod, role, acts }) => ({ pod, role, acts })),
    [
      { pod: 'a', role: 'leader', acts: true },
      { pod: 'b', role: 'voter', acts: false },
    ],
  );
});

test('the stop ends all at once, and nothing that comes after does anything', async () => {
  const { play, did, election, become, reports, clock } = await runningElection();
  election.stand();
  await become(leadingStatus());
  did.length = 0;
  const waits = election.handOver();
  election.stop();
  play.fence.released.resolve();
  await waits;
  assert.deepEqual(did.toSorted(), [
    'close the pods',
    'close the watch',
    'end the gossip',
    'hand the Lease over',
    'say that it leaves',
    'stop the fence',
    'stop the server',
  ]);
  assert.equal(clock.nextWake(), undefined);
  const told = [did.length, reports.length];
  play.see(aClusterLease({ version: '7', cluster: { ...CLUSTER, epoch: 7 } }));
  await become(leadingStatus({ term: 8 }));
  play.fence.hooks?.onMissed({ ...CLAIM, term: 8 });
  election.stand();
  await clock.advanceAsync(60_000);
  assert.deepEqual([did.length, reports.length], told, did.join());
});

test('the stop breaks off what is under way', async () => {
  const { play, election, clock, signals, did, reports } = await raftElection();
  const answer = Promise.withResolvers<never>();
  play.answer = () => answer.promise;
  play.seePods([US]);
  play.see(undefined);
  await clock.advanceAsync(5_000);
  election.stop();
  assert.equal(signals.at(-1)?.aborted, true);
  const told = [did.length, reports.length];
  answer.reject(new Error('broken off'));
  await clock.advanceAsync(60_000);
  assert.deepEqual([did.length, reports.length], told);
});
