import assert from 'node:assert/strict';
import type { Contest } from './contest.ts';
import type { Contestant, Span } from './contestant.ts';
import { BY_HAND, type Commit } from './lease-register.ts';
import { SILENCE_MS } from './raft-fact.ts';

/** By a clock that is half a percent slow, and a little for the reckoning. */
export const RENEW_DEADLINE_MS = 4_000 / 0.995 + 1;
/** By such a clock, and where the one that counts as long has ended sooner. */
const ELECTED_EARLY_MS = SILENCE_MS / 0.995 + 1;
const ELECTED_MS = SILENCE_MS / 0.995 - SILENCE_MS / 1.005;
const PROBE_MARK_MS = 30_000 / 1.005 - 1;
/**
 * Three seconds until a watch that hangs is begun anew, five until what it then shows has expired; and
 * what a slow watch still carries expires no sooner than five seconds after it has come.
 */
const HEALED_WITHIN_MS = 8_500;
/** As long as a message may be under way. */
const SLOWEST_MS = 6_500;

/** S40 S43: whoever acts holds the Lease by a write that began less than the renew deadline ago. */
export function assertActsAreCovered({ all, register }: Contest): void {
  for (const { identity, acts } of all) {
    for (const { at, until } of acts) {
      const hold = lastHold(register.commits, identity, at);
      assert.ok(hold !== undefined, `S40 ${identity} acts at ${at} and never held the Lease`);
      const allowed = hold.startedAt + RENEW_DEADLINE_MS;
      assert.ok(until <= allowed, `S43 ${identity} acts until ${until}, may until ${allowed}`);
    }
  }
}

/** S40: what is seen of the Lease ends a term at once, and nothing older ends it. */
export function assertSightsAreHeeded({ all }: Contest): void {
  for (const { identity, errors } of all) assert.deepEqual(errors, [], identity);
}

/** The last write by which it held the Lease until then. */
export function lastHold(
  commits: readonly Commit[],
  identity: string,
  at: number,
): Commit | undefined {
  return commits.findLast(
    (commit) => commit.by === identity && commit.at <= at && commit.after?.holder === identity,
  );
}

/**
 * S40: no two act at once, but after a takeover by probe and after what people have edited; and where
 * Raft has elected, by as long as its leaders may overlap.
 */
export function assertOverlapsAreAllowed(contest: Contest): void {
  const { all } = contest;
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      for (const { from, to } of overlapsOf(timesOf(one), timesOf(other))) {
        const allowed = allowedMs(contest, from, one, other);
        assert.ok(to - from <= allowed, describe({ from, to }, one, other));
      }
    }
  }
}

/** When it holds the Lease and believes that it is elected. */
function timesOf({ spans, beliefs }: Contestant): Span[] {
  return overlapsOf(spans, beliefs);
}

function overlapsOf(these: readonly Span[], those: readonly Span[]): Span[] {
  return these.flatMap((a) =>
    those.flatMap((b) => {
      const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
      return from < to ? [{ from, to }] : [];
    }),
  );
}

function allowedMs(contest: Contest, at: number, one: Contestant, other: Contestant): number {
  const { commits } = contest.register;
  const holds = [one, other].map(({ identity }) => lastHold(commits, identity, at));
  const [older, newer] = holds.map((hold) => hold && commits.indexOf(hold)).toSorted(ascending);
  if (older === undefined || newer === undefined) return 0;
  // A lead that was taken by probe, or by an election, may have been handed on since.
  const allowed = commits.slice(older + 1, newer + 1).map((commit) => {
    const elected = electedBy(contest, commit);
    if (elected === 'early') return ELECTED_EARLY_MS;
    if (elected === 'in time') return ELECTED_MS;
    return commit.by === BY_HAND || isProbe(commit) ? Number.POSITIVE_INFINITY : 0;
  });
  return Math.max(0, ...allowed);
}

/**
 * Whether a leader took the Lease from one of an earlier term of the same Raft cluster, and whether one
 * of the terms that lie between began early.
 */
function electedBy(
  { all }: Contest,
  { by, before, after }: Commit,
): 'early' | 'in time' | undefined {
  const raftOf = (who: string | undefined) => all.find(({ identity }) => identity === who)?.raft;
  const raft = raftOf(by);
  if (raft === undefined || before?.holder === by || raftOf(before?.holder) !== raft)
    return undefined;
  const [first, last] = [before?.claim?.term, after?.claim?.term];
  if (after?.holder !== by || first === undefined || last === undefined) return undefined;
  if (first >= last) return undefined;
  return [...raft.early].some((term) => first < term && term <= last) ? 'early' : 'in time';
}

function ascending(a = 0, b = 0): number {
  return a - b;
}

export function isProbe(commit: Commit): boolean {
  if (commit.before?.holder === undefined || commit.after?.holder !== commit.by) return false;
  return commit.after.isTakenByProbe && !commit.before.isTakenByProbe;
}

function describe({ from, to }: Span, one: Contestant, other: Contestant): string {
  return `S40 ${one.identity} and ${other.identity} act both from ${from} to ${to}`;
}

/** S43: in 30 seconds at most one takes over by probe, unless people have edited the Lease. */
export function assertProbesAreRare({
  register: { commits },
}: {
  readonly register: { readonly commits: readonly Commit[] };
}): void {
  let last: Commit | undefined;
  for (const commit of commits) {
    if (commit.by === BY_HAND) last = undefined;
    if (!isProbe(commit)) continue;
    const since = commit.at - (last?.at ?? Number.NEGATIVE_INFINITY);
    assert.ok(since >= PROBE_MARK_MS, `S43 ${commit.by} took over by probe after ${since} ms`);
    last = commit;
  }
}

/** S46: soon after everything is good again one acts, and goes on to. */
export function assertOneLeaderSoon(contest: Contest, withinMs = HEALED_WITHIN_MS): void {
  const { clock } = contest;
  const goodAt = clock.now();
  const shownAt = Math.max(goodAt, ...contest.candidates().map(({ way }) => way.showsUntil));
  untilOneActs(contest, shownAt, withinMs);
  // What a slow link still carries of those that are no more may take the lead away once again.
  clock.advance(Math.max(0, goodAt + SLOWEST_MS - clock.now()));
  untilOneActs(contest, shownAt, withinMs);
  const names = () => contest.acting().map(({ identity }) => identity);
  const leader = names();
  for (let second = 0; second < 20; second += 1) {
    clock.advance(1_000);
    assert.deepEqual(names(), leader, 'S46 the leader goes on');
  }
}

function untilOneActs(contest: Contest, shownAt: number, withinMs: number): void {
  const { clock, register } = contest;
  while (contest.acting().length !== 1) {
    clock.advance(50);
    const candidates = new Set(contest.candidates().map(({ identity }) => identity));
    const disturbed = register.commits.findLast(({ by }) => !candidates.has(by))?.at ?? 0;
    const waited = clock.now() - Math.max(shownAt, disturbed);
    assert.ok(waited <= withinMs, `S46 after ${waited} ms ${contest.acting().length} act`);
  }
}
