import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  followingStatus,
  leadingStatus,
  OTHERS,
  otherMember,
  raftElection,
  runningElection,
} from '../../../support/election/raft-election.ts';

const never = () => new Promise<never>(() => {});

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
