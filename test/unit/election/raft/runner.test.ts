import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FinalKubeError } from '../../../../src/kube/api/kube-error.ts';
import { StorageError } from '../../../../src/raft/storage/storage-error.ts';
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
const FULL = new StorageError('full', 'there is no space left');
const forbidden = new FinalKubeError('forbidden', 'create the Lease', '403 no');

const never = () => new Promise<never>(() => {});

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

test('S40 who leads stands with its claim, each time anew, and who leads no more sits', async () => {
  const { did, election, become, fence } = await runningElection();
  election.stand();
  await become(followingStatus());
  assert.deepEqual(did, []);
  await become(leadingStatus());
  assert.deepEqual(fence.standing, CLAIM);
  await become(leadingStatus({ term: 6 }));
  await become(followingStatus({ term: 7 }));
  assert.deepEqual(did, ['stand in term 5', 'stand in term 6', 'sit']);
});

for (const [what, status] of [
  ['has committed nothing in its own term', leadingStatus({ leadsUntil: undefined })],
  ['has not been answered by a majority for too long', leadingStatus({ leadsUntil: 0 })],
  ['asks to be elected', aRaftStatus({ role: 'candidate', term: 5 })],
] as const) {
  test(`S40 who ${what} sits`, async () => {
    const { election, become, fence } = await runningElection();
    election.stand();
    await become(leadingStatus({ term: 4 }));
    assert.notEqual(fence.standing, undefined);
    await become(status);
    assert.equal(fence.standing, undefined);
  });
}

test('S40 S44 it may act only as long as its lead is to be believed', async () => {
  const { play, fence } = await raftElection();
  const mayAct = (now: number) => fence.hooks?.mayAct(now);
  assert.equal(mayAct(0), false, 'there is no server yet');
  play.see(aClusterLease());
  await play.clock.advanceAsync(0);
  assert.equal(mayAct(0), false, 'it does not lead');
  play.raft.status = leadingStatus({ leadsUntil: 500 });
  assert.deepEqual([mayAct(499), mayAct(500)], [true, false]);
  play.raft.status = leadingStatus({ leadsUntil: undefined });
  assert.equal(mayAct(0), false);
});

test('S42 who leads stands only when it can serve pods, and tells the others when it can', async () => {
  const { election, become, fence, described } = await runningElection();
  await become(leadingStatus());
  assert.deepEqual([fence.standing, described()?.canServe], [undefined, false]);
  election.stand();
  assert.deepEqual([fence.standing, described()?.canServe], [CLAIM, true]);
});

for (const [what, other] of [
  ['could not serve either', otherMember({ canServe: false })],
  ['is about to leave', otherMember({ isLeaving: true })],
  ['is not heard of', { ...otherMember(), status: 'failed' }],
  ['is of another server', otherMember({ serverId: 'a third' })],
] as const) {
  test(`S42 who leads and cannot serve hands on to nobody that ${what}`, async () => {
    const { did, become, meet } = await runningElection();
    await become(leadingStatus());
    await meet('joined', other);
    assert.deepEqual(did, []);
  });
}

test('S42 who leads and cannot serve hands on as soon as gossip tells of one that could', async () => {
  const { did, become, meet, ofKind, fence } = await runningElection();
  await become(leadingStatus());
  await meet('updated', otherMember());
  assert.equal(did[0], `transfer to ${OTHERS}`);
  assert.equal(fence.standing, undefined);
  assert.deepEqual(ofKind('handing-on')[0], { kind: 'handing-on', to: OTHERS });
});

test('S43 who leads and cannot hold the Lease hands on after a while, but not while it can', async () => {
  const { did, election, become, meet, clock, fence } = await runningElection();
  election.stand();
  await meet('joined', otherMember());
  await become(leadingStatus());
  for (let renewals = 0; renewals < 10; renewals += 1) {
    await clock.advanceAsync(1_500);
    fence.hooks?.held();
  }
  assert.deepEqual(did, ['stand in term 5']);
  await clock.advanceAsync(10_000);
  assert.deepEqual(did.slice(1, 3), ['sit', `transfer to ${OTHERS}`]);
});

test('S41 a hand-over gives back the Lease first, then the lead, and then leaves', async () => {
  const { did, election, become, meet, settle, fence } = await runningElection();
  election.stand();
  await meet('joined', otherMember());
  await become(leadingStatus());
  did.length = 0;
  let isDone = false;
  const done = election.handOver().then(() => {
    isDone = true;
  });
  await settle();
  assert.deepEqual(did, ['hand the Lease over', 'say that it leaves', `transfer to ${OTHERS}`]);
  const without = { servers: leadingStatus().configuration.servers.slice(1) };
  await become(followingStatus({ term: 6, configuration: without }));
  assert.deepEqual(did.slice(3), ['stop the server', 'leave the gossip']);
  assert.equal(isDone, false, 'the Lease is not given back yet');
  fence.released.resolve();
  await done;
});

test('S41 who leaves offers the lead for that alone, until its time is up', async () => {
  const { did, election, become, meet, clock, ofKind, fence } = await runningElection();
  election.stand();
  await meet('joined', otherMember());
  await become(leadingStatus());
  await clock.advanceAsync(2_000);
  const done = election.handOver();
  fence.released.resolve();
  await clock.advanceAsync(1_999);
  assert.ok(!did.includes('stop the server'));
  assert.deepEqual(ofKind('handing-on'), []);
  await clock.advanceAsync(1);
  await done;
  assert.deepEqual(did.slice(-2), ['stop the server', 'leave the gossip']);
});

test('S41 who has no server yet leaves at once', async () => {
  const { did, election, fence } = await raftElection();
  fence.released.resolve();
  await election.handOver();
  assert.deepEqual(did, ['hand the Lease over', 'say that it leaves', 'leave the gossip']);
});

test('S41 who leaves does not wait for a disk that hangs', async () => {
  const { did, election, clock, fence } = await runningElection({ open: never });
  fence.released.resolve();
  let isDone = false;
  const done = election.handOver().then(() => {
    isDone = true;
  });
  await clock.advanceAsync(1_000);
  assert.equal(isDone, true);
  await done;
  assert.equal(did.at(-1), 'leave the gossip');
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
