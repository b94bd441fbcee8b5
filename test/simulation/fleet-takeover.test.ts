import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAllServed } from './controller/judgement.ts';
import type { Fleet, Member } from './fleet/fleet.ts';
import {
  actsOf,
  fleetOf,
  leaderOf,
  silenceAfter,
  underLoad,
  untilConnecting,
} from './fleet/fleet-driver.ts';
import { assertSound, leaders } from './fleet/fleet-judgement.ts';
import { forEachSeed } from './seeds.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const SEEDS = 7;

/** Three controllers under load, what happens to the one that leads, and what follows from it. */
async function afterwards(
  seed: number,
  happen: (fleet: Fleet, leader: Member) => void,
  { controllers = 3, ms = 2 * SECOND } = {},
) {
  const fleet = await fleetOf(controllers, seed);
  const leader = leaderOf(fleet);
  const at = fleet.cluster.clock.now();
  happen(fleet, leader);
  await underLoad(fleet, ms);
  return { fleet, leader, at };
}

async function assertNothingLost(fleet: Fleet): Promise<void> {
  await fleet.cluster.untilAllServed(2 * MINUTE);
  assertAllServed(fleet.cluster);
  assertSound(fleet);
}

test('S41 when the leader is killed another pushes within a second, and nothing is lost', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const { fleet, leader, at } = await afterwards(seed, (all, one) => all.kill(one));
    const silence = silenceAfter(fleet, at, leader);
    assert.ok(silence <= SECOND, `silent for ${silence} ms`);
    await assertNothingLost(fleet);
  });
});

test('S41 when the leader is killed and its container starts again at once, a standby pushes within a second', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const { fleet, leader, at } = await afterwards(seed, (all, one) => {
      all.kill(one);
      all.start(one.host);
    });
    const silence = silenceAfter(fleet, at, leader);
    assert.ok(silence <= SECOND, `silent for ${silence} ms`);
    await assertNothingLost(fleet);
  });
});

test('S41 when the leader is told to stop another pushes within 500 ms, and what it has begun is finished', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const { fleet, leader, at } = await afterwards(seed, (all, one) => all.terminate(one));
    const silence = silenceAfter(fleet, at, leader);
    assert.ok(silence <= SECOND / 2, `silent for ${silence} ms`);
    assert.equal(leader.process.state, 'dead', 'it exits');
    const begun = actsOf(fleet, leader, at).filter(({ kind }) => kind !== 'push');
    assert.deepEqual(begun, [], 'it begins nothing more');
    const own = fleet.cluster.sendings.filter(({ sender }) => sender === leader.sender);
    assert.deepEqual(
      own.filter(({ heard }) => heard === undefined),
      [],
      'no push is broken off',
    );
    await assertNothingLost(fleet);
  });
});

test('S41 a push whose connection is under way is sent although the leader is told to stop', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const fleet = await fleetOf(3, seed);
    const leader = leaderOf(fleet);
    const pod = await untilConnecting(fleet, leader);
    const at = fleet.cluster.clock.now();
    fleet.terminate(leader);
    await underLoad(fleet, SECOND);
    const own = actsOf(fleet, leader, at).filter((act) => act.pod === pod);
    assert.deepEqual(
      own.map(({ kind }) => kind),
      ['push'],
    );
    await assertNothingLost(fleet);
  });
});

test("S41 when the leader's machine vanishes another pushes within 6 s", async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const { fleet, leader, at } = await afterwards(seed, (all, one) => all.vanish(one), {
      ms: 7 * SECOND,
    });
    const silence = silenceAfter(fleet, at, leader);
    assert.ok(silence <= 6 * SECOND, `silent for ${silence} ms`);
    await assertNothingLost(fleet);
  });
});

test('S41 a controller that is alone hands over too, and the next one needs nobody to wait for', async () => {
  const { fleet, leader } = await afterwards(1, (all, one) => all.terminate(one), {
    controllers: 1,
  });
  assert.equal(leader.process.state, 'dead');
  const at = fleet.cluster.clock.now();
  fleet.start();
  await underLoad(fleet, SECOND);
  const silence = silenceAfter(fleet, at);
  assert.ok(silence <= SECOND / 2, `silent for ${silence} ms`);
  await assertNothingLost(fleet);
});

test('S42 between taking over and its first push a standby asks nothing but to mint', async () => {
  for (const how of ['kill', 'terminate', 'vanish'] as const) {
    await forEachSeed(3, async (seed) => {
      const { fleet, at } = await afterwards(seed, (all, one) => all[how](one), {
        ms: 7 * SECOND,
      });
      const began = fleet.reports.find((one) => one.at > at && one.report.kind === 'term-began');
      assert.ok(began !== undefined, 'somebody takes over');
      const first = fleet.acts.find((act) => act.kind === 'push' && act.at > began.at);
      assert.ok(first?.identity === began.identity, 'it pushes');
      const asked = fleet.asked.filter(
        ({ identity, at: when }) =>
          identity === began.identity && when >= began.at && when <= first.at,
      );
      assert.deepEqual(
        asked.map(({ request }) => request.name),
        [],
        'no list, no read',
      );
      const mint = fleet.acts.find((act) => act.identity === began.identity);
      assert.equal(mint?.at, began.at, 'the first mint begins with the term');
    });
  }
});

test('S45 while three controllers are restarted one after the other every pod is served, 99 of 100 within 2 s', async () => {
  await forEachSeed(3, async (seed) => {
    const fleet = await fleetOf(3, seed);
    for (const old of fleet.alive()) {
      fleet.start();
      await underLoad(fleet, 2 * SECOND);
      fleet.terminate(old);
      await underLoad(fleet, 2 * SECOND);
    }
    await assertNothingLost(fleet);
    assert.equal(fleet.alive().length, 3);
    const waits = fleet.cluster.nodes.pods
      .map(({ startedAt, servedAt = Number.POSITIVE_INFINITY }) => servedAt - startedAt)
      .toSorted((a, b) => a - b);
    const p99 = waits[Math.floor(waits.length * 0.99)] ?? Number.POSITIVE_INFINITY;
    assert.ok(p99 < 2 * SECOND, `p99 ${p99} ms`);
  });
});

test('S46 of one to seven that start at the same moment one leads', async () => {
  for (const controllers of [1, 2, 3, 5, 7]) {
    await forEachSeed(2, async (seed) => {
      const fleet = await fleetOf(controllers, seed);
      assert.equal(leaders(fleet).length, 1);
      await underLoad(fleet, 7 * SECOND);
      const terms = fleet.reports.filter(({ report }) => report.kind === 'term-began');
      assert.equal(terms.length, 1, 'no other term begins');
      await assertNothingLost(fleet);
    });
  }
});

test('S46 while their number grows and shrinks one leads, but for the moments of a hand-over', async () => {
  await forEachSeed(4, async (seed) => {
    const fleet = await fleetOf(1, seed);
    const { clock, random } = fleet.cluster;
    for (let change = 0; change < 20; change += 1) {
      const candidates = fleet.candidates();
      if (candidates.length < 2 || random() < 0.5) fleet.start();
      else fleet.terminate(fleet.cluster.pick(candidates));
      for (let step = 0; step < 10; step += 1) {
        await underLoad(fleet, 50);
        assert.ok(leaders(fleet).length <= 1, `${leaders(fleet).join()} lead at ${clock.now()}`);
      }
      assert.equal(leaders(fleet).length, 1, 'within half a second one leads');
    }
    await assertNothingLost(fleet);
  });
});
