import assert from 'node:assert/strict';
import { findServer, isVoter, votersOf } from '../../../src/raft/core/configuration.ts';
import type { RaftOutput, RaftStatus } from '../../../src/raft/core/io.ts';
import type { Configuration, Entry, Request, Response } from '../../../src/raft/messages.ts';
import type { Change, KeptState } from '../../../src/raft/storage/kept-state.ts';
import { restoredDigest } from './digest.ts';
import { hold } from './hold.ts';
import type { Release, SimServer } from './sim-server.ts';

interface Committed {
  readonly entry: Entry;
  /** The term of the leader that committed it first. */
  readonly byTerm: number;
  /** What the state is from there on. */
  readonly digest: number;
}

/** Holds what servers do against what every Raft must keep to, at each event. */
export class Judge {
  readonly #servers: () => readonly SimServer[];
  readonly #leaders = new Map<number, string>();
  readonly #votes = new Map<string, string>();
  /** By index and term: the entry, and the term of the one before. */
  readonly #entries = new Map<string, { readonly entry: Entry; readonly before: number }>();
  /** From index 1 on. */
  readonly committed: Committed[] = [];
  leaderChanges = 0;
  installs = 0;
  changes = 0;

  constructor(servers: () => readonly SimServer[]) {
    this.#servers = servers;
  }

  step({ id, kept }: SimServer, before: RaftStatus, after: RaftStatus, output: RaftOutput): void {
    hold(after.term >= before.term, () => `monotonic terms: ${id}`);
    hold(after.term >= kept.hardState.term, () => `monotonic terms: ${id} against its disk`);
    hold(after.commit >= before.commit, () => `monotonic commit: ${id}`);
    const { truncateAfter, append = [] } = output.persist ?? {};
    const led = before.role === 'leader' && after.role === 'leader' && before.term === after.term;
    if (truncateAfter !== undefined) {
      hold(!led, () => `leader append-only: ${id}`);
      const isKept = truncateAfter >= before.commit || output.installed !== undefined;
      hold(isKept, () => `${id} takes back what it committed`);
    }
    if (led) for (const entry of append) this.#leaderAppends(id, before, entry);
  }

  #leaderAppends(id: string, before: RaftStatus, entry: Entry): void {
    if (entry.kind !== 'configuration') return;
    this.changes += 1;
    hold(before.configurationIndex <= before.commit, () => `one pending change: ${id}`);
    const last = this.committed[before.commit - 1]?.entry;
    const isOwn = last === undefined || last.term === before.term;
    hold(isOwn, () => `no change before an entry of the own term is committed: ${id}`);
    const differ = differingVoters(before.configuration, entry.configuration);
    hold(differ <= 1, () => `one server at a time: ${id}`);
  }

  written(server: SimServer, { append = [] }: Change): void {
    for (const entry of append) {
      const key = `${entry.index}:${entry.term}`;
      const before = keptTermAt(server.kept, entry.index - 1);
      const known = this.#entries.get(key);
      if (known === undefined && before !== undefined) this.#entries.set(key, { entry, before });
      if (known === undefined || before === undefined) continue;
      hold(known.entry === entry, () => `log matching: ${server.id} has another entry ${key}`);
      hold(known.before === before, () => `log matching: ${server.id} before ${key}`);
    }
  }

  release(server: SimServer, { output, status }: Release): void {
    if (output.installed !== undefined) {
      this.installs += 1;
      const { lastIndex } = output.installed;
      hold(lastIndex > server.appliedIndex, () => `${server.id} goes back by a snapshot`);
      const { digest } = this.committed[lastIndex - 1] ?? assert.fail('a snapshot of the future');
      hold(restoredDigest(output.installed) === digest, () => `state of a snapshot: ${server.id}`);
    }
    if (output.persist !== undefined) {
      const last = lastConfigurationIndex(server.kept);
      hold(status.configurationIndex === last, () => `configuration in force: ${server.id}`);
    }
    if (status.role !== 'leader') return;
    const known = this.#leaders.get(status.term);
    hold(known === undefined || known === server.id, () => `election safety: term ${status.term}`);
    if (known !== undefined) return;
    this.#leaders.set(status.term, server.id);
    this.leaderChanges += 1;
    this.#isComplete(server, status.term);
  }

  #isComplete({ id, kept }: SimServer, term: number): void {
    const covered = kept.snapshot?.lastIndex ?? 0;
    for (const { entry, byTerm } of this.committed.slice(covered)) {
      if (byTerm >= term) continue;
      const has = keptTermAt(kept, entry.index) === entry.term;
      hold(has, () => `leader completeness: ${id} lacks entry ${entry.index} in term ${term}`);
    }
  }

  applied(server: SimServer, entry: Entry, status: RaftStatus): void {
    const known = this.committed[entry.index - 1];
    if (known !== undefined) {
      hold(known.entry === entry, () => `state machine safety: ${server.id} at ${entry.index}`);
      hold(known.digest === server.digest, () => `state machine safety: state of ${server.id}`);
      return;
    }
    assert.equal(this.committed.length, entry.index - 1, `${server.id} skips entries`);
    assert.equal(server.appliedIndex, entry.index);
    this.#firstCommitted(server, entry, status);
    this.committed.push({ entry, byTerm: status.term, digest: server.digest });
  }

  /** As a leader does: what a majority has on its disks, and an entry of its own term is the last. */
  #firstCommitted(server: SimServer, entry: Entry, status: RaftStatus): void {
    const { id, kept } = server;
    const own = keptTermAt(kept, status.commit) ?? assert.fail(`${id} has not what it commits`);
    hold(own === status.term, () => `only entries of the own term are counted: ${id}`);
    const voters = votersOf(status.configuration);
    const have = this.#servers().filter(
      (other) => isVoter(status.configuration, other.id) && hasEntry(other.kept, entry),
    );
    hold(have.length > voters.length / 2, () => `${id} commits ${entry.index} without a majority`);
  }

  /** Persist before send: what it asks for rests on what is on its disk. */
  sent({ id, kept }: SimServer, request: Request): void {
    const { term, votedFor } = kept.hardState;
    if (request.kind === 'request-pre-vote' || request.kind === 'timeout-now') return;
    hold(request.term <= term, () => `persist before send: ${id} asks in term ${request.term}`);
    if (request.kind !== 'request-vote') return;
    hold(request.term === term, () => `persist before send: ${id} asks for votes`);
    hold(votedFor === id, () => `persist before send: ${id} asks for votes`);
    this.#vote(id, term, id);
  }

  answered({ id, kept }: SimServer, from: string, request: Request, response: Response): void {
    if (response.kind === 'timeout-now' || response.kind === 'request-pre-vote') return;
    const { term, votedFor } = kept.hardState;
    hold(response.term <= term, () => `persist before send: ${id} answers in ${response.term}`);
    if (response.kind === 'request-vote' && response.granted) {
      hold(votedFor === from, () => `persist before send: ${id} votes for ${from}`);
      this.#vote(id, response.term, from);
    }
    if (response.kind === 'append-entries' && request.kind === 'append-entries') {
      const isThere = !response.success || request.entries.every((entry) => hasEntry(kept, entry));
      hold(isThere, () => `persist before send: ${id} acknowledges what it has not`);
    }
    if (response.kind === 'install-snapshot' && request.kind === 'install-snapshot') {
      const isThere = !response.success || lastKept(kept) >= request.lastIndex;
      hold(isThere, () => `persist before send: ${id} acknowledges a snapshot that it has not`);
    }
  }

  #vote(voter: string, term: number, candidate: string): void {
    const key = `${voter} in term ${term}`;
    const known = this.#votes.get(key) ?? candidate;
    hold(candidate === known, () => `one vote a term: ${key}`);
    this.#votes.set(key, candidate);
  }
}

function differingVoters(one: Configuration, other: Configuration): number {
  const gone = votersOf(one).filter(({ id }) => !isVoter(other, id)).length;
  const come = votersOf(other).filter(({ id }) => !isVoter(one, id)).length;
  const sameRest = one.servers.filter(({ id }) => findServer(other, id) === undefined).length;
  return Math.max(gone + come, sameRest);
}

function keptTermAt({ entries, snapshot }: KeptState, index: number): number | undefined {
  if (index === 0) return 0;
  const first = entries[0]?.index ?? 0;
  const term = entries[index - first]?.term;
  return term ?? (snapshot?.lastIndex === index ? snapshot.lastTerm : undefined);
}

function hasEntry(kept: KeptState, { index, term }: Entry): boolean {
  return index <= (kept.snapshot?.lastIndex ?? 0) || keptTermAt(kept, index) === term;
}

function lastKept({ entries, snapshot }: KeptState): number {
  return Math.max(entries.at(-1)?.index ?? 0, snapshot?.lastIndex ?? 0);
}

function lastConfigurationIndex({ entries, snapshot }: KeptState): number {
  const entry = entries.findLast(({ kind }) => kind === 'configuration');
  return entry?.index ?? snapshot?.configurationIndex ?? 0;
}
