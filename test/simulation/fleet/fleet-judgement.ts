import assert from 'node:assert/strict';
import { assertAllServed, assertNoneTwice } from '../controller/judgement.ts';
import {
  assertProbesAreRare,
  isProbe,
  lastHold,
  RENEW_DEADLINE_MS,
} from '../lease/contest-judgement.ts';
import { BY_HAND, type Commit } from '../lease/lease-register.ts';
import type { Act, Fleet } from './fleet.ts';

/** What holds of every run, whatever has happened in it. */
export function assertSound(fleet: Fleet): void {
  assertActsAreAllowed(fleet);
  assertProbesAreRare(fleet);
  assertExchangedOnce(fleet);
  assertNoneTwice(fleet.cluster);
  assertPushedAgainOnlyBySuccessors(fleet);
}

/** S40 S43 S44: whoever mints or pushes held the Lease less than the renew deadline ago, and holds it still. */
export function assertActsAreAllowed({ acts, register: { commits } }: Fleet): void {
  for (const act of acts) {
    const hold = lastHold(commits, act.identity, act.at);
    const words = `${act.identity} does ${act.kind} for ${act.pod} at ${act.at}`;
    assert.ok(hold !== undefined, `S40 ${words} and never held the Lease`);
    const since = commits.slice(commits.indexOf(hold) + 1).filter(({ at }) => at <= act.at);
    if (isFinishing(act, since)) continue;
    assert.ok(act.at <= hold.startedAt + RENEW_DEADLINE_MS, `S43 ${words} past its time`);
    const isExcused = since.some((commit) => commit.by === BY_HAND || isProbe(commit));
    assert.ok(since.length === 0 || isExcused, `S40 ${words} after ${since[0]?.by} has written`);
  }
}

/** S41: who hands over finishes the pushes that it has begun, within five seconds. */
function isFinishing({ identity, kind, at }: Act, since: readonly Commit[]): boolean {
  const release = since.find(({ by, after }) => by === identity && after?.holder === undefined);
  return kind === 'push' && release !== undefined && at <= release.startedAt + 5_100;
}

function assertExchangedOnce({ cluster: { sendings } }: Fleet): void {
  const exchanged = new Set<string>();
  for (const { answered, pod, start } of sendings) {
    if (answered !== 'exchanged') continue;
    const key = `${pod?.name} ${start}`;
    assert.ok(!exchanged.has(key), `S12 start ${start} of ${pod?.name} exchanges twice`);
    exchanged.add(key);
  }
}

/** S40: a pod that took a push of one controller's gets one of another's only if that leads since then. */
function assertPushedAgainOnlyBySuccessors({ cluster: { sendings }, all, register }: Fleet): void {
  const takenBy = new Map<string, { readonly sender: number; readonly at: number }>();
  for (const { answered, pod, start, sender, at } of sendings) {
    const key = `${pod?.name} ${start}`;
    const before = takenBy.get(key);
    if (answered === 'exchanged') takenBy.set(key, { sender, at });
    if (before === undefined || before.sender === sender) continue;
    const successor = all.find((member) => member.sender === sender)?.identity;
    const hasChanged = register.commits.some(
      (commit) => commit.by === successor && commit.at <= at && commit.before?.holder !== successor,
    );
    assert.ok(hasChanged, `S40 ${pod?.name} is pushed to again without a change of leader`);
  }
}

/** S46: from now on one leads within that time, and the same one for good; every pod gets served. */
export async function assertHeals(fleet: Fleet, withinMs: number): Promise<void> {
  const { clock } = fleet.cluster;
  const goodAt = clock.now();
  while (leaders(fleet).length !== 1) {
    await clock.advanceAsync(50);
    const candidates = new Set(fleet.candidates().map(({ identity }) => identity));
    const disturbed = fleet.register.commits.findLast(({ by }) => !candidates.has(by))?.at ?? 0;
    const waited = clock.now() - Math.max(goodAt, disturbed);
    assert.ok(waited <= withinMs, `S46 after ${waited} ms ${leaders(fleet).length} lead`);
  }
  await fleet.cluster.untilAllServed(2 * 3_600_000);
  assertAllServed(fleet.cluster);
}

export function leaders(fleet: Fleet): string[] {
  return fleet
    .alive()
    .filter(({ program }) => program.election.leader()?.isUs === true)
    .map(({ identity }) => identity);
}
