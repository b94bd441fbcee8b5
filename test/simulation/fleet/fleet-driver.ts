import assert from 'node:assert/strict';
import { type Act, Fleet, type Member } from './fleet.ts';

const EVERY_MS = 50;

/** So many controllers, of which one leads and has led for a while. */
export async function fleetOf(controllers: number, seed: number): Promise<Fleet> {
  const fleet = new Fleet(seed);
  for (let n = 0; n < controllers; n += 1) fleet.start();
  await underLoad(fleet, 500 + fleet.cluster.random() * 2_000);
  return fleet;
}

export function leaderOf(fleet: Fleet): Member {
  const leader = fleet.leader();
  assert.ok(leader !== undefined, 'nobody leads');
  return leader;
}

/** Time goes by while pods arrive, 20 a second. */
export async function underLoad(fleet: Fleet, ms: number): Promise<void> {
  const { cluster } = fleet;
  const end = cluster.clock.now() + ms;
  while (cluster.clock.now() < end) {
    cluster.createPod();
    await cluster.clock.advanceAsync(Math.min(EVERY_MS, end - cluster.clock.now()));
  }
}

/** Time goes by until that controller has a connection under way to a pod that listens; its name. */
export async function untilConnecting(fleet: Fleet, { identity }: Member): Promise<string> {
  const { cluster, acts } = fleet;
  const end = cluster.clock.now() + 10_000;
  while (cluster.clock.now() < end) {
    if (cluster.unserved().length === 0) cluster.createPod();
    const before = acts.length;
    // No way to a pod is shorter than half a millisecond.
    await cluster.clock.advanceAsync(0.2);
    const listening = cluster.nodes.pods.filter(({ container }) => container?.isListening);
    const names = new Set(listening.map(({ name }) => name));
    const found = acts
      .slice(before)
      .find((act) => act.identity === identity && act.kind === 'connect' && names.has(act.pod));
    if (found !== undefined) return found.pod;
  }
  throw new Error(`${identity} connects to nobody`);
}

/** How long nobody pushed after that moment, in ms, not counting the pushes that `but` still finishes. */
export function silenceAfter({ acts }: Fleet, at: number, but?: Member): number {
  const next = acts.find(
    (act) => act.kind === 'push' && act.at > at && act.identity !== but?.identity,
  );
  assert.ok(next !== undefined, 'nobody ever pushes again');
  return next.at - at;
}

/** What somebody did from one moment to another. */
export function actsOf(
  { acts }: Fleet,
  { identity }: Member,
  from: number,
  to = Number.POSITIVE_INFINITY,
): Act[] {
  return acts.filter((act) => act.identity === identity && act.at > from && act.at <= to);
}
