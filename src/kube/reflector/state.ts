import type { KubeErrorKind } from '../api/kube-error.ts';
import type { ReflectorAction, ReflectorSettings } from './messages.ts';

/** A sync lists the pods in two stages: those that wait for their init containers come first. */
export type Stage = 'pending' | 'rest';

/** The place in a stage's list from which the next page is asked. */
export interface Cursor {
  readonly stage: Stage;
  readonly exactVersion?: string;
  readonly continueToken?: string;
}

export interface Sync {
  readonly startedAt: number;
  /** How many pods its lists have told of. */
  pods: number;
  /** How often a list had to begin again because its continue token had become too old. */
  restarts: number;
  /** UIDs of which the watch has told meanwhile: a list's word on them may be out of date. */
  readonly told: Set<string>;
}

interface Listing {
  readonly sync: Sync;
  readonly cursor: Cursor;
  /** Failures of this page, in a row. */
  readonly failures: number;
}

export type AskingList = Listing & { readonly kind: 'asking'; readonly request: number };

type ListState =
  | { readonly kind: 'idle' }
  | AskingList
  | (Listing & { readonly kind: 'waiting'; readonly until: number });

export interface OpenWatch {
  readonly kind: 'open';
  readonly request: number;
  /** The resource version up to which everything has been told. */
  readonly position: string;
  readonly openedAt: number;
  /** When the server took it; undefined: it has not answered yet. */
  readonly acceptedAt: number | undefined;
  readonly heardAt: number;
  readonly timeoutMs: number;
  /** Whether it has told of a pod: then it was of use, however soon it ends. */
  readonly useful: boolean;
  /** Watches before this one that were of no use, in a row. */
  readonly failures: number;
}

type WatchState =
  /** There is no position to watch from. */
  | { readonly kind: 'off' }
  | OpenWatch
  | {
      readonly kind: 'waiting';
      readonly position: string;
      readonly until: number;
      readonly failures: number;
    };

export interface ReflectorState {
  /** How many requests there have been: the number of the last one. */
  requests: number;
  list: ListState;
  watch: WatchState;
  /** Syncs in a row after which no watch has lived. */
  vainSyncs: number;
  /** Watches in a row that went silent. */
  silentWatches: number;
  /** Whether the server has ever sent a bookmark; before Kubernetes 1.16 none does. */
  bookmarks: boolean;
  /** What fails now, and with which kind of error. */
  readonly failing: Map<'list' | 'watch', KubeErrorKind>;
}

/** What a transition works with: the state, what came with the input, and the actions so far. */
export interface Step {
  readonly state: ReflectorState;
  readonly settings: ReflectorSettings;
  /** Milliseconds, monotonic. */
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
  readonly actions: ReflectorAction[];
}

export function initialState(): ReflectorState {
  return {
    requests: 0,
    list: { kind: 'idle' },
    watch: { kind: 'off' },
    vainSyncs: 0,
    silentWatches: 0,
    bookmarks: false,
    failing: new Map(),
  };
}
