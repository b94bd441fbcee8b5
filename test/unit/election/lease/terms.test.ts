import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  electing,
  leading,
  OTHERS,
  OURS,
  unreachable,
} from '../../../support/election/lease-election.ts';

test('S46 it creates the Lease that is not there, and hands out a term', async () => {
  const { asked, terms, watch, election, clock } = electing();
  watch.see(undefined);
  election.stand();
  assert.deepEqual(
    asked.map(({ kind }) => kind),
    ['create'],
  );
  await clock.advanceAsync(0);
  assert.equal(terms.length, 1);
  assert.deepEqual(election.leader(), { identity: 'us', isUs: true, since: 0 });
});

test('S40 a term lasts as long as renewals succeed, and is one term', async () => {
  const { asked, terms, term, clock } = await leading();
  await clock.advanceAsync(60_000);
  assert.equal(terms.length, 1);
  assert.equal(term.signal.aborted, false);
  assert.equal(term.isValid(clock.now()), true);
  assert.equal(asked.length, 61);
});

test('S43 a term that is not renewed ends 4 s after its last write began, and the next is another', async () => {
  const { answers, terms, term, clock } = await leading();
  answers.next = () => Promise.reject(unreachable);
  await clock.advanceAsync(3_999);
  assert.equal(term.signal.aborted, false);
  assert.equal(term.isValid(3_999.9), true);
  await clock.advanceAsync(1);
  assert.equal(term.signal.aborted, true);
  answers.next = () => Promise.resolve({ ...OURS, version: '7' });
  await clock.advanceAsync(1_000);
  assert.equal(terms.length, 2);
  assert.equal(term.isValid(0), false);
});

test('S44 a term is not valid any more before anything could abort it', async () => {
  const { term } = await leading();
  assert.equal(term.signal.aborted, false);
  assert.equal(term.isValid(4_000), false);
});

test('S40 a term ends as soon as the watch shows another holder, who is followed then', async () => {
  const { term, watch, peers, election } = await leading();
  watch.see({ ...OTHERS, version: '7' });
  assert.equal(term.signal.aborted, true);
  assert.equal(term.isValid(0), false);
  assert.equal(election.leader()?.identity, 'other');
  assert.deepEqual(
    peers.map(({ holder }) => holder),
    [{ identity: 'other', peer: '10.0.0.2:45680' }],
  );
});

test('S40 a term is valid only while nothing else keeps it from being so', async () => {
  let isElected = true;
  const { term } = await leading({ mayAct: (now) => isElected && now < 500 });
  assert.deepEqual([term.isValid(499), term.isValid(500)], [true, false]);
  isElected = false;
  assert.equal(term.isValid(499), false);
  assert.equal(term.signal.aborted, false);
});
