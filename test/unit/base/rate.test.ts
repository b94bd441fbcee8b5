import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rate } from '../../../src/base/rate.ts';

test('S14 a rate allows its burst at once, then one every so often', () => {
  const rate = new Rate(50, 3);
  for (let n = 0; n < 3; n += 1) {
    assert.equal(rate.allowsAt(1_000), 1_000);
    rate.take(1_000);
  }
  assert.equal(rate.allowsAt(1_000), 1_020);
  rate.take(1_020);
  assert.equal(rate.allowsAt(1_020), 1_040);
});

test('S14 what is not used is saved up to the burst, and no further', () => {
  const rate = new Rate(50, 3);
  rate.take(0);
  for (let n = 0; n < 3; n += 1) rate.take(3_600_000);
  assert.equal(rate.allowsAt(3_600_000), 3_600_020);
});

test('S14 whoever obeys a rate takes no more than the burst and its due', () => {
  const anyPauses = fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { maxLength: 200 });
  fc.assert(
    fc.property(anyPauses, fc.integer({ min: 1, max: 20 }), (pauses, burst) => {
      const rate = new Rate(50, burst);
      const start = 1_000;
      let [now, taken] = [start, 0];
      for (const pause of pauses) {
        now += pause;
        const at = rate.allowsAt(now);
        assert.ok(at >= now && at <= now + 20.001);
        if (at > now) continue;
        rate.take(now);
        taken += 1;
      }
      assert.ok(taken <= burst + (now - start) / 20 + 0.001);
    }),
  );
});
