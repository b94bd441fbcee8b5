import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertChangesAlternate,
  assertConverges,
  assertDetected,
  assertEventsToldOnce,
  assertLeavesAreLeaves,
  assertNobodySuspected,
  assertNoFalseDeath,
  detectionBound,
} from './gossip/gossip-judgement.ts';
import { stormOfGossip, tell } from './gossip/gossip-storm.ts';
import { GossipWorld } from './gossip/gossip-world.ts';
import { forEachSeed } from './seeds.ts';

const SECOND = 1_000;
const SEEDS = Number(process.env['SEEDS'] ?? 2_000);
/** Of the shorter stories, in each of which one thing happens. */
const STORIES = Number(process.env['STORIES'] ?? Math.ceil(SEEDS / 10));

/** Members that know each other, of a network that is good. */
function settled(seed: number, members: number): GossipWorld {
  const world = new GossipWorld(seed);
  world.startAll(members);
  assertConverges(world, 10 * SECOND);
  return world;
}

test('at rest a member sends about a ping and an ack a second', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const world = settled(seed, 3 + (seed % 8));
    world.clock.advance(30 * SECOND);
    const before = world.all.map(({ packets }) => packets);
    world.clock.advance(60 * SECOND);
    const sent = world.all.map(({ packets }, index) => packets - (before[index] ?? 0));
    const mean = sent.reduce((sum, each) => sum + each, 0) / sent.length;
    assert.ok(mean >= 115 && mean <= 125, `${mean} packets each in a minute`);
  });
});

test('through any storm all agree soon afterwards on who is there, and are told each event once', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const world = new GossipWorld(seed);
    world.startAll(1 + (seed % 6));
    stormOfGossip(world, 60);
    world.becomeGood();
    if (world.members().length === 0) world.start();
    assertConverges(world, 120 * SECOND);
    assertEventsToldOnce(world);
    assertChangesAlternate(world);
  });
});

test('without loss nobody who is there is suspected, whoever comes, goes and dies', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const world = settled(seed, 2 + (seed % 6));
    world.network.slowestMs = 100;
    for (let round = 0; round < 4; round += 1) {
      world.start();
      world.clock.advance(world.random() * 3 * SECOND);
      if (seed % 2 === 0) world.pick(world.members())?.kill();
      world.pick(world.members())?.leave();
      world.clock.advance(world.random() * 10 * SECOND);
    }
    assertNobodySuspected(world);
    assertLeavesAreLeaves(world);
    assertChangesAlternate(world);
  });
});

test('whoever dies is known to be dead by all in time', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const members = 2 + (seed % 8);
    const world = settled(seed, members);
    world.clock.advance(world.random() * 5 * SECOND);
    const dead = world.pick(world.members()) ?? assert.fail();
    dead.kill();
    world.clock.advance(detectionBound(members));
    assertDetected(world, dead, detectionBound(members));
  });
});

test('a leave is never taken for a failure, though datagrams are lost', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const world = settled(seed, 3 + (seed % 5));
    world.network.loss = 0.15;
    world.pick(world.members())?.leave();
    world.clock.advance(world.random() * 2 * SECOND);
    world.pick(world.members())?.leave();
    world.clock.advance(45 * SECOND);
    assertLeavesAreLeaves(world);
    for (const { leavingAt, leftAt } of world.all) {
      if (leavingAt === undefined) continue;
      assert.ok(leftAt !== undefined && leftAt - leavingAt < 13 * SECOND, 'it comes to an end');
    }
  });
});

test('a process that stood still takes nobody for dead who answers', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const world = settled(seed, 4 + (seed % 3));
    for (let round = 0; round < 6; round += 1) {
      const [one, other] = [world.pick(world.members()), world.pick(world.members())];
      one?.stop();
      world.clock.advance(world.random() * 6 * SECOND);
      other?.stop();
      world.clock.advance(world.random() * 6 * SECOND);
      one?.resume();
      world.clock.advance(world.random() * 30 * SECOND);
      other?.resume();
      world.clock.advance(world.random() * 2 * SECOND);
    }
    assertNoFalseDeath(world, 6 * SECOND);
  });
});

test('after a partition the two parts find each other again, without being told where', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const world = settled(seed, 2 + (seed % 5));
    world.discovers = false;
    const members = world.members();
    const cut = 1 + Math.floor(world.random() * (members.length - 1));
    world.part(members.slice(0, cut), members.slice(cut));
    world.clock.advance((10 + world.random() * 80) * SECOND);
    world.becomeGood();
    assertConverges(world, 100 * SECOND);
  });
});

test('whoever is reached over TCP alone is not taken for dead', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const world = settled(seed, 2 + (seed % 4));
    const [deaf, ...others] = world.members();
    assert.ok(deaf !== undefined);
    for (const other of others) {
      world.network.break(deaf, other, 'no-datagrams');
      world.network.break(other, deaf, 'no-datagrams');
    }
    world.clock.advance(60 * SECOND);
    assertNobodySuspected(world);
  });
});

test('whoever one cannot reach is not taken for dead as long as others reach it', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const world = settled(seed, 3 + (seed % 4));
    const [one, other] = world.members();
    assert.ok(one !== undefined && other !== undefined);
    world.part([one], [other]);
    world.clock.advance(60 * SECOND);
    assertNobodySuspected(world);
  });
});

test('all are told an event, each once', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const world = settled(seed, 2 + (seed % 6));
    world.network.loss = seed % 2 === 0 ? 0 : 0.1;
    const names = world.members().map(tell);
    // Whoever missed one hears it from the next that it exchanges all with.
    world.clock.advance(95 * SECOND);
    for (const { events } of world.all) assert.deepEqual(events.toSorted(), names.toSorted());
  });
});
