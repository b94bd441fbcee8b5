import assert from 'node:assert/strict';
import type { GossipWorld } from './gossip-world.ts';
import type { Gossiper } from './gossiper.ts';

/** A clock that is half a percent slow. */
const SLOW = 1.005;
const PROBE_MS = 1_000;
const SHORTEST_SUSPICION_MS = 4_000;
/** How long a word takes to all, at 200 ms a hop, and a ping that is lost by the death to be missed. */
const SPREAD_MS = 1_500;
/** How long they are to agree, and how often that is looked at. */
const STEADY_MS = 10_000;
const STEP_MS = 500;

/**
 * By when all know of a death. Each survivor probes it in this round of its own or the next, and
 * each is an accuser then: three of them, or all there are, bring the time down to the shortest.
 */
export function detectionBound(members: number): number {
  const probes = 2 * (members - 1) * PROBE_MS;
  return (probes + SHORTEST_SUSPICION_MS + SPREAD_MS) * SLOW;
}

/** Nobody that was there at `end` and took part is thought to have failed, or is even suspected. */
export function assertNobodySuspected({ all }: GossipWorld): void {
  for (const one of all) {
    for (const { at, change, node } of one.told) {
      if (change !== 'suspected' && change !== 'failed') continue;
      const other = find(all, node);
      const goneAt = Math.min(other.killedAt ?? Infinity, other.leftAt ?? Infinity);
      assert.ok(goneAt < at, `${one.node} at ${at}: ${node} ${change}, but it was there`);
    }
  }
}

/** Nobody takes one for dead that has been silent for less than it may be, or could answer for so long. */
export function assertNoFalseDeath({ all }: GossipWorld, graceMs: number): void {
  for (const { node: judge, declared } of all) {
    for (const { at, node } of declared) {
      const other = find(all, node);
      const isExcused =
        isGoneAt(other, at) ||
        other.stops.some(({ from, to }) => {
          return from + SHORTEST_SUSPICION_MS / SLOW <= at && at <= to + graceMs;
        });
      assert.ok(isExcused, `${judge} at ${at}: ${node} is dead, but it was there`);
    }
  }
}

/** Whoever left is nowhere thought to have failed. */
export function assertLeavesAreLeaves({ all }: GossipWorld): void {
  for (const leaver of all.filter(({ leavingAt }) => leavingAt !== undefined)) {
    for (const { told, node } of all) {
      const failed = told.find((one) => one.node === leaver.node && one.change === 'failed');
      assert.equal(failed, undefined, `${node} takes ${leaver.node}, which left, for failed`);
    }
  }
}

/** All who knew the dead know in time that it is. */
export function assertDetected(world: GossipWorld, dead: Gossiper, boundMs: number): void {
  for (const one of world.members()) {
    const failed = one.told.find(({ node, change }) => node === dead.node && change === 'failed');
    assert.ok(failed !== undefined, `${one.node} does not know that ${dead.node} is dead`);
    const took = failed.at - (dead.killedAt ?? assert.fail());
    assert.ok(took <= boundMs, `${one.node} knew after ${took} ms of ${boundMs}`);
  }
}

/** Soon all know exactly who is there, and it stays so; a suspicion of before may end meanwhile. */
export function assertConverges(world: GossipWorld, withinMs: number): void {
  const end = world.clock.now() + withinMs;
  let goodSince = world.clock.now();
  while (world.clock.now() - goodSince < STEADY_MS) {
    world.clock.advance(STEP_MS);
    if (!world.isConverged()) goodSince = world.clock.now();
    const isInTime = goodSince < end;
    assert.ok(isInTime, `after ${withinMs} ms they do not agree: ${describe(world)}`);
  }
}

/** No event is told twice to anyone. */
export function assertEventsToldOnce({ all }: GossipWorld): void {
  for (const { node, events } of all) {
    assert.equal(new Set(events).size, events.length, `${node} was told twice`);
  }
}

/** A change is told where there is one: nobody joins who is there, nor goes who is not. */
export function assertChangesAlternate({ all }: GossipWorld): void {
  for (const { node: teller, told } of all) {
    const there = new Set<string>();
    for (const { change, node, at } of told) {
      if (change === 'joined') {
        assert.ok(!there.has(node), `${teller} at ${at}: ${node} joined twice`);
        there.add(node);
      }
      if (change === 'left') there.delete(node);
      if (change !== 'failed') continue;
      assert.ok(there.delete(node), `${teller} at ${at}: ${node} failed and was not there`);
    }
  }
}

function isGoneAt({ killedAt, leftAt }: Gossiper, at: number): boolean {
  return (killedAt ?? Infinity) <= at || (leftAt ?? Infinity) <= at;
}

function find(all: readonly Gossiper[], node: string): Gossiper {
  return all.find((one) => one.node === node) ?? assert.fail(`nobody is called ${node}`);
}

function describe(world: GossipWorld): string {
  const views = world.members().map((one) => `${one.node} [${one.living().join(' ')}]`);
  return views.join('; ');
}
