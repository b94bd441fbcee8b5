import type { Entry, Request, Response, ServerInfo, Snapshot } from '../messages.ts';
import type { Change } from '../storage/kept-state.ts';
import type { OutgoingRequest, RaftSettings, Result } from './io.ts';
import type { ConfigurationPlace, Log } from './log.ts';
import { configurationAt, lastIndexOf, truncateAfter } from './log.ts';

export interface RaftState {
  term: number;
  /** Who has our vote in `term`. */
  votedFor: string | undefined;
  role: Role;
  leader: string | undefined;
  /** When the leader was last heard of. */
  heardAt: number;
  /** When, as a follower or a candidate, to begin an election. */
  electionAt: number;
  readonly log: Log;
  commit: number;
  /** The last one of the log: in force as soon as it is appended. */
  configuration: ConfigurationPlace;
  /** What has been asked in the present role, and is not answered. */
  readonly calls: Map<number, Call>;
  /** How many there have been. */
  callCount: number;
}

export type Role = Follower | PreCandidate | Candidate | Leading;

export interface Follower {
  readonly kind: 'follower';
}

export interface PreCandidate {
  readonly kind: 'pre-candidate';
  /** The term of the election that may come. */
  readonly term: number;
  readonly votes: Set<string>;
}

export interface Candidate {
  readonly kind: 'candidate';
  readonly votes: Set<string>;
}

export interface Leading {
  readonly kind: 'leader';
  /** The first index of the own term. */
  readonly firstIndex: number;
  readonly peers: Map<string, Peer>;
  transfer: Transfer | undefined;
}

export interface Transfer {
  readonly to: string;
  readonly until: number;
  isAsked: boolean;
}

/** What a leader knows of another server. */
export interface Peer {
  server: ServerInfo;
  /** probing: one append at a time, until one fits · streaming: several · installing: a snapshot is under way */
  mode: 'probing' | 'streaming' | 'installing';
  /** The index to be sent next. */
  next: number;
  /** Its log is ours up to here. */
  match: number;
  /** Appends and snapshots under way. */
  inFlight: number;
  contactAt: number;
  heartbeatAt: number;
  /** When to send an append though there is nothing new. */
  appendAt: number;
  /** Nothing before that, after a failure. */
  pausedUntil: number;
}

export interface Call {
  readonly to: string;
  readonly sentAt: number;
  readonly request: Request;
}

/** What a transition works with: the state, what came with the input, and the output so far. */
export interface Step {
  readonly state: RaftState;
  readonly settings: RaftSettings;
  /** Milliseconds, monotonic. */
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
  readonly output: Draft;
}

/** A `RaftOutput` that is being made. */
export interface Draft {
  readonly persist: { -readonly [Key in keyof Change]: Change[Key] };
  readonly requests: OutgoingRequest[];
  readonly responses: { readonly call: number; readonly response: Response }[];
  installed: Snapshot | undefined;
  readonly committed: Entry[];
  result: Result | undefined;
}

export function ask(step: Step, to: ServerInfo, request: Request): void {
  const { state, now, output } = step;
  state.callCount += 1;
  const id = state.callCount;
  state.calls.set(id, { to: to.id, sentAt: now, request });
  output.requests.push({ id, to: to.id, address: to.address, request });
}

export function appendEntries({ state, output }: Step, entries: readonly Entry[]): void {
  if (entries.length === 0) return;
  state.log.entries.push(...entries);
  output.persist.append = [...(output.persist.append ?? []), ...entries];
  for (const entry of entries) {
    if (entry.kind === 'configuration') {
      state.configuration = { configuration: entry.configuration, index: entry.index };
    }
  }
}

/** Takes back a configuration, too, that was among what goes. */
export function cutLog({ state, output }: Step, index: number): void {
  truncateAfter(state.log, index);
  output.persist.truncateAfter = index;
  state.configuration = configurationAt(state.log, lastIndexOf(state.log));
}
