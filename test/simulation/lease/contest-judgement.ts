import assert from 'node:assert/strict';
import type { Contest } from './contest.ts';
import type { Contestant, Span } from './contestant.ts';
import { BY_HAND, type Commit } from './lease-register.ts';

/** By a clock that is half a percent slow, and a little for the reckoning. */
export const RENEW_DEADLINE_MS = 4_000 / 0.995 + 1;
const PROBE_MARK_MS = 30_000 / 1.005 - 1;
/** Three seconds until a watch that hangs is begun anew, five until what it then shows has expired. */
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

/** S40: no two act at once, but after a takeover by probe and after what people have edited. */
export function assertOverlapsAreAllowed({ all, register }: Contest): void {
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      for (const at of overlapsOf(one.spans, other.spans)) {
        assert.ok(isAllowed(register.commits, at, one, other), describe(at, one, other));
      }
    }
  }
}

/** When they begin to act both. */
function overlapsOf(these: readonly Span[], those: readonly Span[]): number[] {
  return these.flatMap((a) =>
    those.flatMap((b) => {
      const from = Math.max(a.from, b.from);
      return from < Math.min(a.to, b.to) ? [from] : [];
    }),
  );
}

function isAllowed(
  commits: readonly Commit[],
  at: number,
  one: Contestant,
  other: Contestant,
): boolean {
  const holds = [one, other].map(({ identity }) => lastHold(commits, identity, at));
  const [older, newer] = holds.map((hold) => hold && commits.indexOf(hold)).toSorted(ascending);
  if (older === undefined || newer === undefined) return false;
  // A lead that was taken by probe may have been handed on since.
  const between = commits.slice(older + 1, newer + 1);
  return between.some((commit) => commit.by === BY_HAND || isProbe(commit));
}

function ascending(a = 0, b = 0): number {
  return a - b;
}

export function isProbe(commit: Commit): boolean {
  if (commit.before?.holder === undefined || commit.after?.holder !== commit.by) return false;
  return commit.after.isTakenByProbe && !commit.before.isTakenByProbe;
}

function describe(at: number, one: Contestant, other: Contestant): string {
  return `S40 ${one.identity} and ${other.identity} act both at ${at}`;
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
  untilOneActs(contest, goodAt, withinMs);
  // What a slow link still carries of those that are no more may take the lead away once again.
  clock.advance(Math.max(0, goodAt + SLOWEST_MS - clock.now()));
  untilOneActs(contest, goodAt, withinMs);
  const names = () => contest.acting().map(({ identity }) => identity);
  const leader = names();
  for (let second = 0; second < 20; second += 1) {
    clock.advance(1_000);
    assert.deepEqual(names(), leader, 'S46 the leader goes on');
  }
}

function untilOneActs(contest: Contest, goodAt: number, withinMs: number): void {
  const { clock, register } = contest;
  while (contest.acting().length !== 1) {
    clock.advance(50);
    const candidates = new Set(contest.candidates().map(({ identity }) => identity));
    const disturbed = register.commits.findLast(({ by }) => !candidates.has(by))?.at ?? 0;
    const waited = clock.now() - Math.max(goodAt, disturbed);
    assert.ok(waited <= withinMs, `S46 after ${waited} ms ${contest.acting().length} act`);
  }
}
