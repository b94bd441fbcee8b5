import type { Configuration, Entry, Request, Response, Snapshot } from '../messages.ts';
import type { Change as KeptChange } from '../storage/kept-state.ts';

/** Times are milliseconds on this machine's monotonic clock. */
export interface RaftSettings {
  /** The id of this server. */
  readonly id: string;
  /** A follower that hears of no leader for a random time between these begins an election. */
  readonly electionMinMs: number;
  readonly electionMaxMs: number;
  /** So often a leader says that it is there, whatever else it says. */
  readonly heartbeatMs: number;
  /** After so long without an append a follower is sent an empty one, which carries the commit index. */
  readonly appendMs: number;
  /** So many appends to one follower may be under way at once. */
  readonly maxInFlight: number;
  readonly maxEntriesPerAppend: number;
  /** So many entries that a snapshot covers are kept for followers that are a little behind. */
  readonly trailingEntries: number;
  /** Ask first whether an election could be won; servers of hashicorp/raft before 1.7 cannot answer. */
  readonly preVote: boolean;
}

export const DEFAULT_SETTINGS = {
  electionMinMs: 500,
  electionMaxMs: 1_000,
  heartbeatMs: 150,
  appendMs: 75,
  maxInFlight: 2,
  maxEntriesPerAppend: 64,
  trailingEntries: 1_024,
  preVote: true,
} as const;

/** What has happened since the last step. */
export type RaftInput =
  /** The time has come that `nextWake` named. */
  | { readonly kind: 'wake' }
  /** A server asks; its `call` names the answer among the output's responses. */
  | {
      readonly kind: 'request';
      readonly from: string;
      readonly call: number;
      readonly request: Request;
    }
  /**
   * Request `id` is answered, by the server that calls itself `from` (undefined: it does not say).
   * An address may have come to another server, whose word is not that of the one meant.
   */
  | {
      readonly kind: 'answered';
      readonly id: number;
      readonly from: string | undefined;
      readonly response: Response;
    }
  /** Request `id` will not be answered: each one is answered or fails, once, in bounded time. */
  | { readonly kind: 'failed'; readonly id: number }
  /** The process of the leader is gone, as its machine's kernel says: no need to wait for silence. */
  | { readonly kind: 'leader-gone'; readonly leader: string }
  | {
      readonly kind: 'propose';
      readonly entry: 'command' | 'barrier';
      readonly data: Uint8Array;
    }
  | { readonly kind: 'change'; readonly change: Change }
  /** Hand over to `to`, or to whoever is furthest. */
  | { readonly kind: 'transfer'; readonly to?: string }
  /** `data` is the state up to `index`, which has been committed here: the log may be cut. */
  | { readonly kind: 'compact'; readonly index: number; readonly data: Uint8Array };

/** A change of one server. */
export type Change =
  /** As a nonvoter; of a server that is there already it changes the address alone. */
  | { readonly kind: 'add'; readonly id: string; readonly address: string }
  /** To be asked for once the server has caught up: until it has, nothing may be committed. */
  | { readonly kind: 'promote' | 'demote' | 'remove'; readonly id: string };

export type Refusal =
  | 'not-leader'
  /** The lead is being handed over. */
  | 'transferring'
  /** The change before is not committed. */
  | 'change-pending'
  /** This leader has committed nothing in its own term yet. */
  | 'not-ready'
  | 'unknown-server'
  /** It would leave no voter. */
  | 'last-voter'
  /** It is so already. */
  | 'unchanged'
  /** That index is not committed, or is covered already. */
  | 'nothing-to-compact';

/**
 * What is to be done: `persist` first, and when it is on the disk everything else. Outputs are
 * carried out in their order; heartbeats and their answers may overtake (`isHeartbeat`) once the
 * term that they name is on the disk.
 */
export interface RaftOutput {
  readonly persist: KeptChange | undefined;
  readonly requests: readonly OutgoingRequest[];
  readonly responses: readonly { readonly call: number; readonly response: Response }[];
  /** The leader's state, in place of our own; before `committed`. */
  readonly installed: Snapshot | undefined;
  /** Entries that are final, in order, each once in the life of this object. */
  readonly committed: readonly Entry[];
  /** What became of `propose`, `change`, `transfer` and `compact`; an accepted entry may be lost still. */
  readonly result: Result | undefined;
}

export type Result =
  | { readonly kind: 'appended'; readonly index: number; readonly term: number }
  | { readonly kind: 'begun' }
  | { readonly kind: 'refused'; readonly why: Refusal };

export interface OutgoingRequest {
  readonly id: number;
  readonly to: string;
  readonly address: string;
  readonly request: Request;
}

export type RoleKind = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

export interface RaftStatus {
  readonly term: number;
  readonly role: RoleKind;
  /** The id of the leader, as far as it is known. */
  readonly leader: string | undefined;
  /** When the leader was last heard of (ms, monotonic), by a follower. */
  readonly heardAt: number | undefined;
  readonly commit: number;
  readonly lastIndex: number;
  readonly snapshotIndex: number;
  /** In force since it was appended, committed or not. */
  readonly configuration: Configuration;
  readonly configurationIndex: number;
  /** Whether a change of one server would be taken now. */
  readonly canChange: boolean;
  readonly transferTo: string | undefined;
  /**
   * Of a leader that may be believed: until when (ms, monotonic), should nobody answer any more;
   * Infinity if it needs nobody. Undefined before it has committed in its own term, and as soon as
   * it has asked another to take over, who then waits for no silence of this one.
   */
  readonly leadsUntil: number | undefined;
  /** Of a leader, all others of the configuration. */
  readonly peers: readonly PeerStatus[];
}

export interface PeerStatus {
  readonly id: string;
  /** Its log is ours up to here. */
  readonly match: number;
  /** When the last request was sent that it answered (ms, monotonic). */
  readonly contactAt: number;
}
