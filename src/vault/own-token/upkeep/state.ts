import type { Secret } from '../../../base/secret.ts';
import type { TokenDemands } from '../rules/token-facts.ts';
import type { BrokenRule } from '../rules/token-rules.ts';
import type { TokenAction } from './messages.ts';

/** Times are ms on a monotonic clock. */
export interface TokenState {
  /** How many requests there have been: the number of the last one. */
  requests: number;
  use: Held | Lacking;
  search: Search;
}

/** A token that is good as far as we know. */
export interface Held {
  readonly kind: 'held';
  readonly token: Secret;
  /** What a renewal gives it, or gave it last. */
  readonly grantedMs: number;
  readonly expiresAt: number;
  /** When Vault was last heard to accept it. */
  readonly confirmedAt: number;
  /** Somebody doubts it, and no look at it has been planned for that yet. */
  readonly isDoubted: boolean;
  /** Whether a renewal would not give it its whole time again. */
  readonly exhausted: boolean;
  readonly upkeep: Upkeep;
  /** Why it could not be renewed, since when. */
  readonly trouble: Trouble | undefined;
}

export interface Trouble {
  readonly since: number;
  readonly words: string;
}

/** What is done to keep it. `failures` of renewals, in a row. */
export type Upkeep =
  | Resting
  | (Asked & { readonly kind: 'renewing'; readonly failures: number })
  | (Asked & { readonly kind: 'confirming'; readonly renewAt: number; readonly failures: number });

export interface Resting {
  readonly kind: 'resting';
  readonly renewAt: number;
  readonly failures: number;
  /** When to look whether Vault still accepts it, if somebody doubts that. */
  readonly confirmAt?: number;
}

interface Asked {
  readonly request: number;
  readonly askedAt: number;
}

export interface Lacking {
  readonly kind: 'lacking';
  readonly why: Lack;
}

export type Lack =
  | { readonly kind: 'not-yet'; readonly words: string | undefined }
  | { readonly kind: 'broken'; readonly rules: readonly BrokenRule[] }
  | { readonly kind: 'denied'; readonly words: string }
  | { readonly kind: 'expired'; readonly at: number; readonly words: string };

/** How another token is come by, beside the one in use or in place of it. */
export type Search =
  | { readonly kind: 'none' }
  | (Asked & { readonly kind: 'asked'; readonly task: Task } & Attempts)
  | ({ readonly kind: 'waiting'; readonly task: Task; readonly until: number } & Attempts);

export type Task = { readonly kind: 'log-in' } | { readonly kind: 'check'; readonly token: Secret };

export interface Attempts {
  readonly failures: number;
  /** What was reported of the last failure. */
  readonly told: string | undefined;
}

/** What a transition works with: the state, what came with the input, and the actions so far. */
export interface Step {
  readonly state: TokenState;
  readonly policy: TokenPolicy;
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
  readonly actions: TokenAction[];
}

export interface TokenPolicy {
  readonly demands: TokenDemands;
  /** Whether the source can give another token whenever it is asked. */
  readonly logsIn: boolean;
}
