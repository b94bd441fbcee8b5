import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LeaseClaim } from '../../../../src/kube/leases/kube-lease.ts';
import {
  CLAIM,
  electing,
  LEASE,
  leading,
  never,
  OTHERS,
  OURS,
} from '../../../support/election/lease-election.ts';

test('S41 a holder that is gone has its Lease taken, and is watched no more', async () => {
  const { terms, watch, peers, election, clock, asked } = electing();
  watch.see(OTHERS);
  election.stand();
  peers[0]?.gone();
  await clock.advanceAsync(0);
  assert.equal(terms.length, 1);
  assert.deepEqual(
    asked.map((request) => request.kind === 'update' && request.of),
    ['u 5'],
  );
  assert.deepEqual(
    peers.map(({ isOpen }) => isOpen),
    [false],
  );
});

test('S41 a holder that is silent has its Lease taken after 5 s', async () => {
  const { terms, watch, election, clock } = electing();
  watch.see(OTHERS);
  election.stand();
  await clock.advanceAsync(4_999);
  assert.equal(terms.length, 0);
  await clock.advanceAsync(1);
  assert.equal(terms.length, 1);
});

test('S41 a hand-over ends the term at once, and is done when the Lease is given back', async () => {
  const { election, term, asked, answers, clock, watch } = await leading();
  answers.next = () => Promise.resolve({ ...LEASE, version: '7' });
  let isDone = false;
  const done = election.handOver().then(() => {
    isDone = true;
  });
  assert.equal(term.signal.aborted, true);
  assert.deepEqual(asked.at(-1), {
    kind: 'update',
    of: 'u 6',
    change: { holder: null, peer: null },
  });
  assert.equal(isDone, false);
  await clock.advanceAsync(0);
  await done;
  assert.equal(watch.isOpen, false);
  assert.equal(election.leader(), undefined);
  await clock.advanceAsync(60_000);
  assert.equal(asked.length, 2);
});

test('S41 who sits ends its term at once and gives the Lease back; who stands again has a term anew', async () => {
  const { election, term, terms, asked, answers, clock, watch } = await leading();
  answers.next = () => Promise.resolve({ ...LEASE, version: '7' });
  election.sit();
  assert.equal(term.signal.aborted, true);
  assert.deepEqual(asked.at(-1), {
    kind: 'update',
    of: 'u 6',
    change: { holder: null, peer: null },
  });
  await clock.advanceAsync(60_000);
  assert.deepEqual([asked.length, watch.isOpen], [2, true]);
  answers.next = () => Promise.resolve({ ...OURS, version: '8' });
  election.stand({ ...CLAIM, term: 7 });
  await clock.advanceAsync(0);
  const [request] = asked.slice(-1);
  assert.deepEqual(request?.kind === 'update' && request.change.claim, { ...CLAIM, term: 7 });
  assert.deepEqual(
    terms.map(({ signal }) => signal.aborted),
    [true, false],
  );
});

test('S41 what the holder claims is known, and that its process is gone, though nobody stands here', () => {
  const missed: LeaseClaim[] = [];
  const { election, watch, peers } = electing({ onMissed: (claim) => missed.push(claim) });
  assert.equal(election.claim(), undefined);
  watch.see({ ...OTHERS, claim: CLAIM });
  assert.deepEqual(election.claim(), CLAIM);
  peers[0]?.gone();
  assert.deepEqual(missed, [CLAIM]);
  watch.see({ ...LEASE, version: '6', claim: CLAIM });
  assert.equal(election.claim(), undefined);
});

test('S41 a hand-over that nobody answers is done after 2 s, and what was asked is broken off', async () => {
  const { election, answers, clock, signals } = await leading();
  answers.next = never;
  let isDone = false;
  const done = election.handOver().then(() => {
    isDone = true;
  });
  await clock.advanceAsync(1_999);
  assert.equal(isDone, false);
  await clock.advanceAsync(1);
  await done;
  assert.equal(signals.at(-1)?.aborted, true);
});

test('S41 a controller that never led hands over at once, as often as it is asked', async () => {
  const { election, asked } = electing();
  await election.handOver();
  await election.handOver();
  assert.deepEqual(asked, []);
});

test('the stop ends the term, the watches and what is under way, and gives nothing back', async () => {
  const { election, term, clock, asked, answers, signals, watch, reports } = await leading();
  answers.next = never;
  await clock.advanceAsync(1_000);
  const told = reports.length;
  election.stop();
  assert.equal(term.signal.aborted, true);
  assert.equal(watch.isOpen, false);
  assert.equal(signals.at(-1)?.aborted, true);
  watch.see({ ...OTHERS, version: '9' });
  await clock.advanceAsync(60_000);
  assert.equal(asked.length, 2);
  assert.equal(reports.length, told);
  await election.handOver();
});

test('a standby whose peer is watched stops watching it', () => {
  const { election, watch, peers } = electing();
  watch.see(OTHERS);
  election.stop();
  assert.deepEqual(
    peers.map(({ isOpen }) => isOpen),
    [false],
  );
});
