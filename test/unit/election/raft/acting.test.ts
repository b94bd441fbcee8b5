import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aClusterLease,
  CLUSTER,
  followingStatus,
  leadingStatus,
  OTHERS,
  otherMember,
  raftElection,
  runningElection,
} from '../../../support/election/raft-election.ts';
import { aRaftStatus } from '../../../support/election/raft-status.ts';

const CLAIM = { cluster: CLUSTER.id, epoch: CLUSTER.epoch, term: 5 };

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
