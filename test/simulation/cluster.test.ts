import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fleet } from './cluster/fleet.ts';
import { assertSettles, settle, unsettled } from './cluster/settled.ts';
import type { SimController } from './cluster/sim-controller.ts';
import { stormOver } from './cluster/storm.ts';
import { forEachSeed } from './seeds.ts';

const SEEDS = Number(process.env['SEEDS'] ?? 80);
/** Of the shorter stories, in each of which one thing happens. */
const STORIES = Math.ceil(SEEDS / 16);

function epochOf(fleet: Fleet): number | undefined {
  return fleet.api.sight.lease?.cluster?.epoch;
}

function clusterOf(fleet: Fleet) {
  return fleet.api.sight.lease?.cluster;
}

test('S46 through any storm there is one cluster, and afterwards all belong to it', async () => {
  const seen = new Map<string, number>();
  await forEachSeed(SEEDS, async (seed) => {
    const fleet = new Fleet(seed);
    for (let n = 0; n <= seed % 5; n += 1) fleet.addPod();
    fleet.world.advance(3_000);
    stormOver(fleet, 60);
    assertSettles(fleet);
    for (const [what, count] of fleet.judge.seen) seen.set(what, (seen.get(what) ?? 0) + count);
  });
  // A storm in which nothing happens would show nothing.
  for (const what of [
    'founding: none',
    'founding: quorum-lost',
    'doubting',
    'dropped',
    'mending',
  ]) {
    assert.ok((seen.get(what) ?? 0) > 0, `${what}: ${JSON.stringify([...seen])}`);
  }
});

test('S46 controllers that start at the same moment come to one cluster within seconds', async () => {
  await forEachSeed(STORIES, async (seed) => {
    for (const count of [1, 3, 5]) {
      const fleet = new Fleet(seed);
      settle(fleet, count);
      assert.equal(epochOf(fleet), 1);
    }
  });
});

test('S46 the fleet grows from 1 to 3 to 5, and shrinks again, in one epoch', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const fleet = new Fleet(seed);
    for (const count of [1, 3, 5, 3, 1]) {
      while (fleet.controllers().length < count) fleet.addPod();
      for (const one of fleet.controllers().slice(count)) fleet.stopPod(one);
      fleet.world.advance(3_500);
      assertSettles(fleet, 15_000);
    }
    assert.equal(epochOf(fleet), 1);
  });
});

test('S45 all are replaced, one after the other, in one epoch, and somebody leads all the time', async () => {
  await forEachSeed(STORIES, async (seed) => {
    for (const count of [1, 3, 5]) {
      const fleet = new Fleet(seed);
      settle(fleet, count);
      for (const one of [...fleet.controllers()]) replace(fleet, one);
      assertSettles(fleet, 15_000);
      assert.equal(epochOf(fleet), 1);
    }
  });
});

/** As a Deployment does: first another, and when that is ready the old one is told to stop. */
function replace(fleet: Fleet, one: SimController): void {
  fleet.addPod();
  assertSettles(fleet, 15_000);
  fleet.stopPod(one);
  fleet.until('it has left', 2_500, () => !one.isUp);
  assertLeads(fleet, 1_500);
  fleet.world.advance(3_000);
}

function assertLeads(fleet: Fleet, withinMs: number): void {
  fleet.until('somebody leads', withinMs, () => fleet.leaders().length === 1);
}

test('S41 a controller that leaves is soon done, and another leads', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const fleet = new Fleet(seed);
    const leader = settle(fleet, 3);
    fleet.stopPod(leader);
    fleet.until('it has left', 1_500, () => !leader.isUp);
    assertLeads(fleet, 500);
  });
});

test('S46 all leave in order, and those who start next begin at once', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const fleet = new Fleet(seed);
    settle(fleet, 3);
    for (const one of fleet.controllers()) fleet.stopPod(one);
    fleet.world.advance(5_000);
    assert.equal(fleet.api.sight.lease?.founder, undefined, 'it has ended');
    fleet.addPod();
    assertLeads(fleet, 2_000);
    assert.equal(epochOf(fleet), 2);
  });
});

test('a controller whose pod is gone is out of the cluster within 15 s, and not before 10 s', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const fleet = new Fleet(seed);
    const leader = settle(fleet, 3);
    const gone = fleet.world.pick(fleet.controllers().filter((one) => one !== leader));
    fleet.removePod(gone ?? assert.fail());
    fleet.world.advance(9_000);
    assert.match(unsettled(fleet) ?? '', /there are 3 of 2/);
    assertSettles(fleet, 6_000);
    assert.equal(epochOf(fleet), 1);
  });
});

test('a majority that is gone for good is followed by another epoch within 15 s, with all who are left', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const fleet = new Fleet(seed);
    settle(fleet, 5);
    for (const one of fleet.controllers().slice(0, 3)) fleet.removePod(one);
    fleet.addPod();
    assertSettles(fleet, 20_000);
    assert.equal(epochOf(fleet), 2);
  });
});

test('all disks that are lost at once are followed by another epoch within 15 s', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const fleet = new Fleet(seed);
    settle(fleet, 3);
    const { ip } = fleet.controllers()[0] ?? assert.fail();
    for (const one of [...fleet.controllers()]) fleet.removePod(one);
    for (let n = 0; n < 2; n += 1) fleet.addPod();
    fleet.addPod(ip);
    assertSettles(fleet, 20_000);
    assert.equal(epochOf(fleet), 2);
  });
});

test('containers that all start again with their data go on in the same epoch', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const fleet = new Fleet(seed);
    settle(fleet, 3);
    const all = [...fleet.controllers()];
    for (const one of all) one.kill();
    fleet.world.advance(5_000);
    for (const one of all) fleet.restart(one);
    assertSettles(fleet, 15_000);
    assert.equal(epochOf(fleet), 1);
  });
});

test('a minority that is cut off ends nobody else’s cluster, and belongs to it again', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const fleet = new Fleet(seed);
    settle(fleet, 5);
    fleet.split(new Set([...fleet.pods].slice(0, 2)));
    fleet.world.advance(180_000);
    assert.equal(epochOf(fleet), 1);
    fleet.heal();
    assertSettles(fleet, 30_000);
  });
});

test('a new controller that nobody can hear ends nobody’s cluster', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const fleet = new Fleet(seed);
    settle(fleet, 3);
    const { ip } = fleet.addPod();
    fleet.split(new Set([ip]));
    fleet.world.advance(180_000);
    assert.equal(epochOf(fleet), 1);
    assert.ok((fleet.judge.seen.get('objecting') ?? 0) > 0, 'it has tried');
  });
});

test('without the API server a cluster stays as it is', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const fleet = new Fleet(seed);
    const leader = settle(fleet, 3);
    fleet.isApiDown = true;
    fleet.world.advance(120_000);
    assert.deepEqual(fleet.leaders(), [leader]);
    fleet.heal();
    fleet.world.advance(5_000);
    assert.equal(unsettled(fleet), undefined);
    assert.equal(epochOf(fleet), 1);
  });
});

test('a Lease that somebody deletes or damages is written again by who leads', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const fleet = new Fleet(seed);
    settle(fleet, 3);
    const before = clusterOf(fleet);
    for (const how of ['delete', 'damage'] as const) {
      fleet.api.harm(how);
      fleet.addPod();
      assertSettles(fleet, 15_000);
      assert.deepEqual(clusterOf(fleet), before);
    }
  });
});

test('volumes that all come back at other addresses end in one cluster', async () => {
  await forEachSeed(STORIES, async (seed) => {
    const fleet = new Fleet(seed);
    settle(fleet, 3);
    const all = [...fleet.controllers()];
    for (const one of all) fleet.removePod(one);
    for (const { disk } of all) fleet.addPod(undefined, disk);
    assertSettles(fleet, 90_000);
  });
});
