import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fleet, Member } from './fleet/fleet.ts';
import { actsOf, fleetOf, leaderOf, silenceAfter, underLoad } from './fleet/fleet-driver.ts';
import { assertHeals, assertSound, leaders } from './fleet/fleet-judgement.ts';
import { lastHold, RENEW_DEADLINE_MS } from './lease/contest-judgement.ts';
import { forEachSeed } from './seeds.ts';

const SECOND = 1_000;
const SEEDS = 4;
/** By a clock that is half a percent fast. */
const EXPIRY_MS = 5_000 / 1.005 - 1;

function lastWriteOf({ register }: Fleet, { identity }: Member): number {
  const hold = lastHold(register.commits, identity, Number.POSITIVE_INFINITY);
  assert.ok(hold !== undefined);
  return hold.startedAt;
}

function termsBegun({ reports }: Fleet, from: number) {
  return reports.flatMap(({ at, identity, report }) =>
    report.kind === 'term-began' && at > from ? [{ at, identity, cause: report.cause }] : [],
  );
}

async function healed(fleet: Fleet): Promise<void> {
  fleet.becomeGood();
  await assertHeals(fleet, 6 * SECOND);
  assertSound(fleet);
}

for (const state of ['cut', 'deaf', 'refused'] as const) {
  test(`S43 a leader whose way to the API server is ${state} stops in time, whatever peers say, before another begins`, async () => {
    await forEachSeed(SEEDS, async (seed) => {
      const fleet = await fleetOf(3, seed);
      const leader = leaderOf(fleet);
      const at = fleet.cluster.clock.now();
      leader.link.become(state);
      await underLoad(fleet, 8 * SECOND);
      const lastWrite = lastWriteOf(fleet, leader);
      const late = actsOf(fleet, leader, lastWrite + RENEW_DEADLINE_MS);
      assert.deepEqual(late, [], 'it acts no more');
      const [begun] = termsBegun(fleet, at);
      assert.equal(begun?.cause, 'expired', 'its peer port answers, and that holds nobody off');
      assert.ok((begun?.at ?? 0) >= lastWrite + EXPIRY_MS, 'nobody begins before it has stopped');
      assert.ok(silenceAfter(fleet, at, leader) <= 6.5 * SECOND);
      await healed(fleet);
    });
  });
}

test('S43 forged resets make the lead change once in 30 seconds at most, and never keep it from being taken', async () => {
  await forEachSeed(3, async (seed) => {
    const fleet = await fleetOf(3, seed);
    const { clock } = fleet.cluster;
    const at = clock.now();
    for (let second = 0; second < 120; second += 1) {
      // Only of who has said hello is a refusal believed.
      fleet.peers.weather.forged = second % 3 === 2 ? 1 : 0;
      if (fleet.peers.weather.forged > 0) fleet.peers.resetAll();
      fleet.cluster.createPod();
      await clock.advanceAsync(SECOND);
    }
    const changes = termsBegun(fleet, at);
    assert.ok(changes.length >= 2 && changes.length <= 5, `${changes.length} changes`);
    assert.ok(changes.every(({ cause }) => cause === 'probe'));
    assertSound(fleet);
    fleet.peers.weather.forged = 1;
    fleet.peers.resetAll();
    await underLoad(fleet, SECOND);
    const vanishedAt = clock.now();
    const leader = leaderOf(fleet);
    fleet.vanish(leader);
    await underLoad(fleet, 7 * SECOND);
    assert.ok(silenceAfter(fleet, vanishedAt, leader) <= 6 * SECOND, 'expiry is as ever');
    await healed(fleet);
  });
});

test('S43 a leader that nobody can reach on its peer port from the beginning keeps the lead', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const fleet = await fleetOf(1, seed);
    const at = fleet.cluster.clock.now();
    fleet.peers.weather.forged = 1;
    fleet.start();
    fleet.start();
    await fleet.cluster.clock.advanceAsync(60 * SECOND);
    assert.deepEqual(termsBegun(fleet, at), [], 'a refusal of who never said hello says nothing');
    await healed(fleet);
  });
});

test('S43 standbys wait for as long as they mean to, not for as long as the Lease says', async () => {
  const fleet = await fleetOf(3, 1);
  const { clock } = fleet.cluster;
  const leader = leaderOf(fleet);
  fleet.editLease({
    spec: { leaseDurationSeconds: 86_400, renewTime: '2999-01-01T00:00:00.000000Z' },
  });
  await clock.advanceAsync(20);
  const at = clock.now();
  fleet.vanish(leader);
  await underLoad(fleet, 7 * SECOND);
  assert.ok(silenceAfter(fleet, at, leader) <= 6 * SECOND);
  await healed(fleet);
});

test('S44 a leader that is stopped for 30 s, amid mints and pushes, does nothing on what it believed', async () => {
  await forEachSeed(10, async (seed) => {
    const fleet = await fleetOf(3, seed);
    const { clock, random } = fleet.cluster;
    for (let n = 0; n < 10; n += 1) fleet.cluster.createPod();
    await clock.advanceAsync(random() * 300);
    const leader = leaderOf(fleet);
    leader.process.stop();
    await underLoad(fleet, 8 * SECOND);
    await clock.advanceAsync(22 * SECOND);
    const wokenAt = clock.now();
    leader.process.resume();
    await underLoad(fleet, 2 * SECOND);
    assert.deepEqual(actsOf(fleet, leader, wokenAt), [], 'it does nothing');
    assert.equal(leaders(fleet).length, 1);
    await healed(fleet);
  });
});

test('S44 a leader that is stopped for less than its time goes on', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const fleet = await fleetOf(3, seed);
    const leader = leaderOf(fleet);
    const { clock } = fleet.cluster;
    leader.process.stop();
    await clock.advanceAsync(2 * SECOND);
    leader.process.resume();
    const at = clock.now();
    await underLoad(fleet, 2 * SECOND);
    assert.deepEqual(leaders(fleet), [leader.identity]);
    assert.deepEqual(termsBegun(fleet, at), [], 'it is the same term');
    await healed(fleet);
  });
});

const EDITS: readonly [words: string, edit: (fleet: Fleet) => void][] = [
  ['empties', (fleet) => fleet.editLease({ spec: { holderIdentity: '' } })],
  ['gives away', (fleet) => fleet.editLease({ spec: { holderIdentity: 'somebody' } })],
];

for (const [words, edit] of EDITS) {
  test(`S40 when somebody ${words} the Lease its holder rests as soon as it sees that, and another takes it`, async () => {
    await forEachSeed(SEEDS, async (seed) => {
      const fleet = await fleetOf(3, seed);
      const { clock } = fleet.cluster;
      const leader = leaderOf(fleet);
      const at = clock.now();
      edit(fleet);
      await underLoad(fleet, 6 * SECOND);
      const ended = fleet.reports.find((one) => one.at > at && one.report.kind === 'term-ended');
      assert.equal(ended?.identity, leader.identity);
      assert.ok((ended?.at ?? 0) - at <= 10, 'at once');
      const [begun] = termsBegun(fleet, at);
      assert.ok((begun?.at ?? 0) > (ended?.at ?? 0) - 10, 'they overlap by no more than its watch');
      await healed(fleet);
    });
  });
}

test('S40 S46 when somebody deletes the Lease its holder makes it again, and its term goes on', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const fleet = await fleetOf(3, seed);
    const leader = leaderOf(fleet);
    const at = fleet.cluster.clock.now();
    fleet.deleteLease();
    await underLoad(fleet, 6 * SECOND);
    assert.deepEqual(leaders(fleet), [leader.identity]);
    assert.deepEqual(termsBegun(fleet, at), []);
    await healed(fleet);
  });
});

test('S7 S43 while the API server is away for 30 s nobody acts past its time, and afterwards one does', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const fleet = await fleetOf(3, seed);
    const leader = leaderOf(fleet);
    for (const { link } of fleet.alive()) link.become('refused');
    await underLoad(fleet, 5 * SECOND);
    const restsAt = fleet.cluster.clock.now();
    await fleet.cluster.clock.advanceAsync(25 * SECOND);
    const lastWrite = lastWriteOf(fleet, leader);
    assert.deepEqual(actsOf(fleet, leader, lastWrite + RENEW_DEADLINE_MS), []);
    assert.deepEqual(
      fleet.acts.filter(({ at }) => at > restsAt),
      [],
    );
    await healed(fleet);
  });
});

test('S40 S46 while all may not touch the Lease nobody acts, and afterwards one does', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const fleet = await fleetOf(3, seed);
    const { clock } = fleet.cluster;
    const answer = { kind: 'answer', status: 403, body: '{"message":"forbidden"}' } as const;
    for (const { faults } of fleet.alive()) faults.order({ fault: answer, url: /leases/ });
    await underLoad(fleet, 5 * SECOND);
    assert.deepEqual(leaders(fleet), []);
    const at = clock.now();
    await underLoad(fleet, 2 * SECOND);
    assert.deepEqual(
      fleet.acts.filter((act) => act.at > at),
      [],
    );
    await healed(fleet);
  });
});

test('S15 S41 a takeover while Vault is away serves every pod once Vault is back', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const fleet = await fleetOf(3, seed);
    fleet.cluster.vault.isAway = true;
    await underLoad(fleet, SECOND);
    const leader = leaderOf(fleet);
    fleet.kill(leader);
    await underLoad(fleet, 2 * SECOND);
    assert.equal(leaders(fleet).length, 1, 'a standby that was ready once takes over');
    await healed(fleet);
  });
});

test('S41 S44 a standby whose watch of the Lease hangs takes over nevertheless', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const fleet = await fleetOf(2, seed);
    const leader = leaderOf(fleet);
    const standby = fleet.alive().find((one) => one !== leader);
    standby?.link.become('deaf');
    await fleet.cluster.clock.advanceAsync(100);
    fleet.vanish(leader);
    await underLoad(fleet, 2 * SECOND);
    fleet.becomeGood();
    await assertHeals(fleet, 8.5 * SECOND);
    assertSound(fleet);
  });
});
