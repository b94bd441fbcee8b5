import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Term } from '../../../../src/election/election.ts';
import {
  DEFAULT_TIMES,
  type Holder,
  type LeaseReport,
} from '../../../../src/election/lease/messages.ts';
import {
  type LeaseElectionParts,
  startLeaseElection,
} from '../../../../src/election/lease/runner.ts';
import {
  FinalKubeError,
  type KubeError,
  RetryableKubeError,
} from '../../../../src/kube/api/kube-error.ts';
import type { KubeLease, LeaseChange, LeaseClaim } from '../../../../src/kube/leases/kube-lease.ts';
import type { LeasesApi } from '../../../../src/kube/leases/leases-api.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

type Asked =
  | { readonly kind: 'read' }
  | { readonly kind: 'create' | 'update'; readonly of?: string; readonly change: LeaseChange };

const LEASE: KubeLease = {
  uid: 'u',
  version: '5',
  holder: undefined,
  transitions: 0,
  peer: undefined,
  isTakenByProbe: false,
  claim: undefined,
};
const OTHERS: KubeLease = { ...LEASE, holder: 'other', peer: '10.0.0.2:45680' };
const OURS: KubeLease = { ...LEASE, version: '6', holder: 'us', peer: '10.0.0.1:45680' };

const unreachable = new RetryableKubeError('unreachable', 'patch the Lease', 'ECONNREFUSED');
const forbidden = new FinalKubeError('forbidden', 'list the Lease', '403 add a Role');

const CLAIM = { cluster: 'c', epoch: 2, term: 5 };

/** An election at work, and an API server and a peer that a test plays. */
function electing(change: Partial<LeaseElectionParts> = {}) {
  const clock = virtualClock();
  const asked: Asked[] = [];
  const terms: Term[] = [];
  const reports: LeaseReport[] = [];
  const peers: { holder: Holder; gone: () => void; isOpen: boolean }[] = [];
  const signals: AbortSignal[] = [];
  const watch = {
    isOpen: true,
    see: (_lease: KubeLease | undefined, _version?: string) => {},
    trouble: (_error: KubeError | undefined) => {},
  };
  const answers = { next: (): Promise<KubeLease> => Promise.resolve(OURS) };
  const ask = (request: Asked, signal: AbortSignal) => {
    asked.push(request);
    signals.push(signal);
    return answers.next();
  };
  const api: LeasesApi = {
    read: (signal) => ask({ kind: 'read' }, signal),
    create: (change, signal) => ask({ kind: 'create', change }, signal),
    update: (of, change, signal) =>
      ask({ kind: 'update', of: `${of.uid} ${of.version}`, change }, signal),
    follow(see, trouble) {
      watch.see = (lease, version = lease?.version ?? '1') => see({ version, lease });
      watch.trouble = trouble;
      return closing(watch);
    },
  };
  const election = startLeaseElection({
    api,
    watchPeer(holder, gone) {
      const peer = { holder, gone, isOpen: true };
      peers.push(peer);
      return closing(peer);
    },
    onTerm: (term) => terms.push(term),
    report: (report) => reports.push(report),
    settings: { ...DEFAULT_TIMES, renewEveryMs: 1_000, identity: 'us', peer: '10.0.0.1:45680' },
    clock,
    random: () => 0,
    ...change,
  });
  return { clock, asked, terms, reports, peers, signals, watch, answers, election };
}

/** As electing, and it leads. */
async function leading(change: Partial<LeaseElectionParts> = {}) {
  const parts = electing(change);
  parts.election.stand(CLAIM);
  parts.watch.see(LEASE);
  await parts.clock.advanceAsync(0);
  const [term] = parts.terms;
  assert.ok(term !== undefined, 'no term has begun');
  return { ...parts, term };
}

function closing(what: { isOpen: boolean }): Disposable {
  return {
    [Symbol.dispose]() {
      what.isOpen = false;
    },
  };
}

const never = () => new Promise<never>(() => {});

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

test('S40 a term is valid only while nothing else keeps it from being so', async () => {
  let isElected = true;
  const { term } = await leading({ mayAct: (now) => isElected && now < 500 });
  assert.deepEqual([term.isValid(499), term.isValid(500)], [true, false]);
  isElected = false;
  assert.equal(term.isValid(499), false);
  assert.equal(term.signal.aborted, false);
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
