import type { KubeError } from '../../kube/api/kube-error.ts';
import type { KubeLease, LeaseClaim, LeaseSight } from '../../kube/leases/kube-lease.ts';
import type { Holder, LeaseAction, LeaseReport, LeaseSettings, TakeoverCause } from './messages.ts';

/** The newest that is known of the Lease. Never changed, only replaced. */
export interface Known extends LeaseSight {
  /** When the Lease was last seen to be another than before: changed, made or deleted. */
  readonly changedAt: number;
}

export interface Standby {
  readonly kind: 'standby';
  readonly since: number;
  readonly claim: LeaseClaim | undefined;
}

export interface Leading {
  readonly kind: 'leading';
  readonly beganAt: number;
  readonly until: number;
  readonly renewAt: number;
  readonly claim: LeaseClaim | undefined;
}

/** Gives the Lease back, if it is ours or comes to be. */
interface HandingOver {
  readonly kind: 'handing-over';
  readonly endsAt: number;
  readonly next: 'watching' | 'ended';
}

export type Role =
  /** Follows who leads, but has not been told to stand. */
  { readonly kind: 'watching' } | Standby | Leading | HandingOver | { readonly kind: 'ended' };

/** Why the Lease is written with ourselves as its holder. */
export type HoldCause = TakeoverCause | 'renewal';

export type Ask =
  | { readonly kind: 'read' }
  | { readonly kind: 'release' }
  | { readonly kind: 'hold'; readonly cause: HoldCause };

export interface Request {
  readonly id: number;
  readonly startedAt: number;
  /** What was known then: a write changes this version, and no other. */
  readonly knew: Known | undefined;
  /** In whose name it is written. */
  readonly claim: LeaseClaim | undefined;
  readonly ask: Ask;
}

/** What is to be done next, and when (ms, monotonic; 0: at once). */
export type Move = { readonly at: number } & (Ask | { readonly kind: 'end' });

export interface LeaseState {
  role: Role;
  known: Known | undefined;
  /** Whether the Lease has ever been seen with a holder. */
  hasSeenHolder: boolean;
  /** Whether the Lease, when it was last there, had the mark of a takeover by probe. */
  isMarked: boolean;
  /** What is known proved to be out of date: from then on a read is due, unless the watch is quicker. */
  readAt: number | undefined;
  /** A write that holds the Lease may have come to be, or may still: only an error was heard of it. */
  isUnsure: boolean;
  /** A holder whose process is said to be gone. */
  gone: { readonly holder: string; readonly at: number } | undefined;
  /** The one request under way. */
  request: Request | undefined;
  /** How many requests there have been: the number of the last one. */
  requests: number;
  /** No request before that, after one that failed. */
  pausedUntil: number;
  readonly failing: Map<'read' | 'write', KubeError>;
  /** The holder that has been told of, and since when it is known. */
  holder: { readonly identity: string; readonly since: number } | undefined;
  following: Holder | undefined;
}

export function initialState(): LeaseState {
  return {
    role: { kind: 'watching' },
    known: undefined,
    hasSeenHolder: false,
    isMarked: false,
    readAt: undefined,
    isUnsure: false,
    gone: undefined,
    request: undefined,
    requests: 0,
    pausedUntil: 0,
    failing: new Map(),
    holder: undefined,
    following: undefined,
  };
}

/** What a transition works with: the state, what came with the input, and the actions so far. */
export interface Step {
  readonly state: LeaseState;
  readonly settings: LeaseSettings;
  /** Milliseconds, monotonic. */
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
  readonly actions: LeaseAction[];
}

export function report({ actions }: Step, content: LeaseReport): void {
  actions.push({ kind: 'report', report: content });
}

/** Of no two claims that differ is one good for what the other was. */
export function isSameClaim(one: LeaseClaim | undefined, other: LeaseClaim | undefined): boolean {
  return (
    one?.cluster === other?.cluster && one?.epoch === other?.epoch && one?.term === other?.term
  );
}

export function isSameLease(one: KubeLease | undefined, other: KubeLease | undefined): boolean {
  return one?.uid === other?.uid && one?.version === other?.version;
}
