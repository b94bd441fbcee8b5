import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  electing,
  forbidden,
  LEASE,
  leading,
  OTHERS,
  OURS,
  unreachable,
} from '../../../support/election/lease-election.ts';

test('the check says what is not well', async () => {
  const { election, watch, answers, clock } = electing();
  const { check } = election;
  assert.deepEqual(check.state(), { reason: 'the Lease has not been seen yet' });
  watch.trouble(forbidden);
  assert.deepEqual(check.state(), { reason: 'list the Lease: 403 add a Role' });
  watch.trouble(undefined);
  watch.see(LEASE);
  assert.equal(check.state(), 'ok');
  answers.next = () => Promise.reject(unreachable);
  election.stand();
  await clock.advanceAsync(0);
  assert.deepEqual(check.state(), { reason: 'patch the Lease: ECONNREFUSED' });
  answers.next = () => Promise.resolve(OURS);
  await clock.advanceAsync(1_000);
  assert.equal(check.state(), 'ok');
  const done = election.handOver();
  assert.deepEqual(check.state(), { reason: 'stopping' });
  await done;
});

test('S43 a leader whose term lapsed is not ready until it can write again', async () => {
  const { election, answers, clock } = await leading();
  answers.next = () => Promise.reject(unreachable);
  await clock.advanceAsync(10_000);
  assert.deepEqual(election.check.state(), { reason: 'patch the Lease: ECONNREFUSED' });
  answers.next = () => Promise.resolve({ ...OURS, version: '7' });
  await clock.advanceAsync(1_000);
  assert.equal(election.check.state(), 'ok');
});

test('a Lease that only a read has shown is known', async () => {
  const { election, answers, clock } = electing();
  answers.next = () => Promise.resolve(OTHERS);
  election.stand();
  await clock.advanceAsync(5_000);
  assert.equal(election.check.state(), 'ok');
  assert.equal(election.leader()?.identity, 'other');
});
