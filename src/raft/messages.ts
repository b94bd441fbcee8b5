/**
 * What the servers of a Raft cluster say to each other: the messages of hashicorp/raft, protocol
 * version 3, without the header that names the sender. Indexes begin at 1; 0 is "before the first".
 */
export type Request = AppendEntries | RequestVote | RequestPreVote | InstallSnapshot | TimeoutNow;

/** The answer to a request of the same kind. */
export type Response =
  | AppendEntriesResponse
  | VoteResponse
  | PreVoteResponse
  | InstallSnapshotResponse
  | TimeoutNowResponse;

/** A heartbeat where `prevIndex`, `prevTerm`, `commit` are 0 and `entries` is empty: it says that the leader is there, and no more. */
export interface AppendEntries {
  readonly kind: 'append-entries';
  readonly term: number;
  readonly prevIndex: number;
  readonly prevTerm: number;
  readonly entries: readonly Entry[];
  readonly commit: number;
}

export interface AppendEntriesResponse {
  readonly kind: 'append-entries';
  readonly term: number;
  /** The last index of the log of who answers: where to try next after a refusal. */
  readonly lastIndex: number;
  readonly success: boolean;
  /** The log does not match, or is not to be tried again soon. */
  readonly noRetryBackoff: boolean;
}

export interface RequestVote {
  readonly kind: 'request-vote';
  readonly term: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** The leader itself asked for this election: a known leader is no reason to refuse. */
  readonly leadershipTransfer: boolean;
}

export interface VoteResponse {
  readonly kind: 'request-vote';
  readonly term: number;
  readonly granted: boolean;
}

/** Would you vote for me in `term`? Nothing is promised by the answer. */
export interface RequestPreVote {
  readonly kind: 'request-pre-vote';
  readonly term: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
}

export interface PreVoteResponse {
  readonly kind: 'request-pre-vote';
  readonly term: number;
  readonly granted: boolean;
}

export interface InstallSnapshot {
  readonly kind: 'install-snapshot';
  readonly term: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  readonly configuration: Configuration;
  readonly configurationIndex: number;
  readonly data: Uint8Array;
}

export interface InstallSnapshotResponse {
  readonly kind: 'install-snapshot';
  readonly term: number;
  readonly success: boolean;
}

/** Begin an election at once: the leader hands over. */
export interface TimeoutNow {
  readonly kind: 'timeout-now';
}

export interface TimeoutNowResponse {
  readonly kind: 'timeout-now';
}

/** One place of the log. */
export type Entry =
  | (EntryBase & { readonly kind: 'command' | 'noop' | 'barrier'; readonly data: Uint8Array })
  | (EntryBase & { readonly kind: 'configuration'; readonly configuration: Configuration });

interface EntryBase {
  readonly index: number;
  readonly term: number;
}

export interface Configuration {
  readonly servers: readonly ServerInfo[];
}

export interface ServerInfo {
  /** A UUID that is kept with the data: an empty disk is another server. */
  readonly id: string;
  /** Host and port, an IPv6 host in brackets. */
  readonly address: string;
  /** A nonvoter follows the log, and counts for nothing. */
  readonly suffrage: 'voter' | 'nonvoter';
}

/** What must be on the disk before anything that follows from it is said. */
export interface HardState {
  readonly term: number;
  /** The id of the server that has this server's vote in `term`. */
  readonly votedFor: string | undefined;
}

/** The state up to `lastIndex`, in place of the entries that made it. */
export interface Snapshot {
  readonly lastIndex: number;
  readonly lastTerm: number;
  readonly configuration: Configuration;
  readonly configurationIndex: number;
  readonly data: Uint8Array;
}
