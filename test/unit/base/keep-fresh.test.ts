import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Clock } from '../../../src/base/clock.ts';
import { type FreshParts, keepFresh, renewalDelay } from '../../../src/base/keep-fresh.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const HOUR = 3_600_000;

/** What loads at the times that `loads` tells; `outcomes` says of each load how long it lasts, or undefined for a failure. */
function rig(
  outcomes: readonly (number | undefined)[],
  but: Partial<FreshParts<number>> = {},
  clock = virtualClock(),
) {
  const loads: number[] = [];
  const failures: number[] = [];
  const cancel = keepFresh<number>({
    async load() {
      const outcome = outcomes[Math.min(loads.push(clock.now()), outcomes.length) - 1];
      if (outcome === undefined) throw new Error('not now');
      return outcome;
    },
    onLoaded: renewalDelay,
    onFailed: (_, retryInMs) => void failures.push(retryInMs),
    backoff: { baseMs: 1_000, capMs: 60_000 },
    clock,
    random: () => 1,
    ...but,
  });
  return { clock, loads, failures, cancel };
}

test('S33 what lives an hour is renewed each half hour', async () => {
  const { clock, loads } = rig([HOUR]);
  await clock.advanceAsync(2 * HOUR);
  assert.deepEqual(loads, [0, 0.5 * HOUR, HOUR, 1.5 * HOUR, 2 * HOUR]);
});

test('S33 a failure is tried again with backoff, however often it happens, and then all is as before', async () => {
  const { clock, loads, failures } = rig([HOUR, undefined, undefined, undefined, HOUR]);
  await clock.advanceAsync(HOUR + 10_000);
  assert.deepEqual(failures, [1_000, 2_000, 4_000]);
  const renewed = 0.5 * HOUR + 7_000;
  assert.deepEqual(loads.slice(1), [
    1_800_000,
    1_801_000,
    1_803_000,
    renewed,
    renewed + 0.5 * HOUR,
  ]);
});

test('S33 failures for a day are no more than one a minute once it lasts', async () => {
  const { clock, loads } = rig([undefined]);
  await clock.advanceAsync(24 * HOUR);
  assert.ok(loads.length > 1_000 && loads.length < 24 * 60 + 10, `${loads.length} loads`);
});

for (const lifeMs of [0, -5, 1, 2_000]) {
  test(`S33 a life of ${lifeMs} ms does not spin`, async () => {
    const { clock, loads } = rig([lifeMs]);
    await clock.advanceAsync(60_000);
    assert.equal(loads.length, 13);
  });
}

test('S33 whatever an issuer says, it is asked at most once in 5 s, and before half of the life is over', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (lifeMs) => {
      const delay = renewalDelay(lifeMs);
      assert.ok(delay >= 5_000);
      assert.ok(delay <= Math.max(5_000, lifeMs / 2));
    }),
  );
});

test('S33 what lives for a year is not renewed when a timer of Node ends, after 24 days at most', async () => {
  const clock = virtualClock();
  const longest = 24 * 24 * HOUR;
  const callAt: Clock['callAt'] = (at, wake) =>
    clock.callAt(Math.min(at, clock.now() + longest), wake);
  const year = 365 * 24 * HOUR;
  const { loads } = rig([year], { clock: { ...clock, callAt } }, clock);
  await clock.advanceAsync(0.5 * year - 1);
  assert.deepEqual(loads, [0]);
  await clock.advanceAsync(1);
  assert.deepEqual(loads, [0, 0.5 * year]);
});

test('S33 what is loaded and then cannot be used is a failure like any other, with backoff', async () => {
  const { clock, failures } = rig([HOUR], {
    onLoaded() {
      throw new Error('of no use');
    },
  });
  await clock.advanceAsync(7_000);
  assert.deepEqual(failures, [1_000, 2_000, 4_000, 8_000]);
});

test('once ended it loads nothing more, and tells nothing of what is under way', async () => {
  const first = rig([HOUR]);
  await first.clock.advanceAsync(0);
  first.cancel();
  await first.clock.advanceAsync(HOUR);
  assert.deepEqual(first.loads, [0]);
  assert.equal(first.clock.nextWake(), undefined);

  const told: number[] = [];
  const second = rig([HOUR, undefined], { onLoaded: (value) => told.push(value) });
  second.cancel();
  await second.clock.advanceAsync(HOUR);
  assert.deepEqual([second.loads.length, told, second.failures], [1, [], []]);
});
