import assert from 'node:assert/strict';
import type { Term } from '../../../src/election/election.ts';
import {
  DEFAULT_TIMES,
  type Holder,
  type LeaseReport,
} from '../../../src/election/lease/messages.ts';
import { type LeaseElectionParts, startLeaseElection } from '../../../src/election/lease/runner.ts';
import {
  FinalKubeError,
  type KubeError,
  RetryableKubeError,
} from '../../../src/kube/api/kube-error.ts';
import type { KubeLease, LeaseChange } from '../../../src/kube/leases/kube-lease.ts';
import type { LeasesApi } from '../../../src/kube/leases/leases-api.ts';
import { virtualClock } from '../virtual-clock.ts';

type Asked =
  | { readonly kind: 'read' }
  | { readonly kind: 'create' | 'update'; readonly of?: string; readonly change: LeaseChange };

export const LEASE: KubeLease = {
  uid: 'u',
  version: '5',
  holder: undefined,
  transitions: 0,
  peer: undefined,
  isTakenByProbe: false,
  claim: undefined,
};
export const OTHERS: KubeLease = { ...LEASE, holder: 'other', peer: '10.0.0.2:45680' };
export const OURS: KubeLease = { ...LEASE, version: '6', holder: 'us', peer: '10.0.0.1:45680' };

export const unreachable = new RetryableKubeError('unreachable', 'patch the Lease', 'ECONNREFUSED');
export const forbidden = new FinalKubeError('forbidden', 'list the Lease', '403 add a Role');

export const CLAIM = { cluster: 'c', epoch: 2, term: 5 };

/** An election at work, and an API server and a peer that a test plays. */
export function electing(change: Partial<LeaseElectionParts> = {}) {
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
export async function leading(change: Partial<LeaseElectionParts> = {}) {
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

export const never = () => new Promise<never>(() => {});
