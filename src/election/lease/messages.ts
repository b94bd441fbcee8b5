import type { KubeError } from '../../kube/api/kube-error.ts';
import type {
  KubeLease,
  LeaseChange,
  LeaseClaim,
  LeaseSight,
} from '../../kube/leases/kube-lease.ts';
import type { LeaseAnswer, LeaseRequest } from '../carry-out.ts';

/** Times are milliseconds on this machine's monotonic clock; docs/adr/0010 argues for each. */
export interface LeaseSettings {
  /** Who we are: the pod's name, `_`, and a random part, so that no two processes are the same. */
  readonly identity: string;
  /** Where we say who we are, `host:port`. */
  readonly peer: string;
  /** So long after it last saw the Lease change a standby takes it for expired. */
  readonly durationMs: number;
  /** So long after the start of its last successful write the leader stops acting. */
  readonly renewDeadlineMs: number;
  /** So long after the start of its last successful write the leader renews. */
  readonly renewEveryMs: number;
  /** So long after a write that failed, though it may pass by itself, it is tried again. */
  readonly retryMs: number;
  /** As long as it has not acted for so long, a leader keeps the mark of a takeover by probe (S43). */
  readonly probeMarkMs: number;
  /** So long a hand-over takes at most. */
  readonly handOverMs: number;
}

export const DEFAULT_TIMES = {
  durationMs: 5_000,
  renewDeadlineMs: 4_000,
  renewEveryMs: 1_500,
  retryMs: 200,
  probeMarkMs: 30_000,
  handOverMs: 2_000,
} as const;

/** What has happened since the last step. `request` says which request it answers. */
export type LeaseInput =
  /** The time has come that `nextWake` named. */
  | { readonly kind: 'wake' }
  /**
   * This controller can serve pods from now on, and wants to; what it claims takes the place of what
   * it claimed before, and is written with the next renewal.
   */
  | { readonly kind: 'stand'; readonly claim?: LeaseClaim | undefined }
  /** Act no longer, release the Lease if it is held, and watch; to be told to stand again at any time. */
  | { readonly kind: 'sit' }
  /** The watch, or the list that it began with, has shown this; it may be older than what a write told. */
  | { readonly kind: 'seen'; readonly sight: LeaseSight }
  | LeaseAnswer<KubeLease>
  /** The holder's process is gone: its peer port refused, or somebody else answered there. */
  | { readonly kind: 'holder-gone'; readonly holder: string }
  /** Act no longer, release the Lease if it is held, and take no part any more. */
  | { readonly kind: 'hand-over' };

/** What is to be done, in this order. */
export type LeaseAction =
  | LeaseRequest<LeaseChange>
  /** This controller acts, until then (ms, monotonic) at most: a term begins, or goes on for longer. */
  | { readonly kind: 'act'; readonly until: number }
  /** The term is over. */
  | { readonly kind: 'rest' }
  /** Watch the holder's peer port from now on, and no other's; undefined: nobody's. */
  | { readonly kind: 'follow'; readonly holder: Holder | undefined }
  /**
   * The process is taken for gone that holds the Lease by this claim; no more often than the Lease may
   * be taken for that (S43).
   */
  | { readonly kind: 'missed'; readonly claim: LeaseClaim }
  /** The hand-over is done: nothing more will come. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'report'; readonly report: LeaseReport };

export interface Holder {
  readonly identity: string;
  readonly peer: string;
}

/**
 * Why a standby could take the Lease. free: there was none, or nobody held it · expired: its holder did
 * not renew it · probe: its holder's process is gone · resumed: it was ours still · superseded: its
 * holder led our Raft cluster in an earlier term
 */
export type TakeoverCause = 'free' | 'expired' | 'probe' | 'resumed' | 'superseded';

/**
 * Why a term ended. lapsed: not renewed in time · taken: another holds the Lease, or nobody · deposed:
 * told to sit · handed-over
 */
export type TermEnd = 'lapsed' | 'taken' | 'deposed' | 'handed-over';

/** What people may want to know of the election. */
export type LeaseReport =
  /** The holder is another than before; undefined: nobody. The first one seen is one, too. */
  | { readonly kind: 'holder'; readonly holder: string | undefined; readonly isUs: boolean }
  | { readonly kind: 'term-began'; readonly cause: TakeoverCause }
  | { readonly kind: 'term-ended'; readonly end: TermEnd }
  /** A write that holds the Lease, the first of a term or a later one, took so long. */
  | { readonly kind: 'renewed'; readonly ms: number }
  /** Reads or writes fail otherwise than before; told once for each kind of error. */
  | { readonly kind: 'failing'; readonly error: KubeError }
  | { readonly kind: 'recovered' };
