import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { median, percentile, ratiosByPair } from '../../../bench/report/statistics.ts';

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test('a percentile is the nearest rank, whatever the order', () => {
  const hundred = oneTo(100).reverse();
  assert.deepEqual(
    [1, 50, 90, 99, 100].map((p) => percentile(hundred, p)),
    [1, 50, 90, 99, 100],
  );
  assert.equal(percentile(oneTo(200), 99), 198);
  assert.equal(percentile([7], 99), 7);
});

test('a percentile is one of the values, and at least p percent of them do not exceed it', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 100 }), (all, p) => {
      const found = percentile(all, p);
      const notAbove = all.filter((value) => value <= found).length;
      const below = all.filter((value) => value < found).length;
      assert.ok(all.includes(found));
      assert.ok(notAbove * 100 >= p * all.length);
      assert.ok(below * 100 < p * all.length);
    }),
  );
});

test('a median is the middle value, or the mean of the two in the middle', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([9, 1, 5, 7]), 6);
  assert.equal(median([3]), 3);
});

test('there is no percentile and no median of nothing', () => {
  assert.throws(() => percentile([], 99), RangeError);
  assert.throws(() => median([]), RangeError);
});

test('ratios are of runs that followed each other, so that a slow minute cancels out', () => {
  assert.deepEqual(ratiosByPair([12, 120, 24], [10, 100, 20]), [1.2, 1.2, 1.2]);
  assert.deepEqual(ratiosByPair([12, 120], [10]), [1.2]);
  assert.deepEqual(ratiosByPair([], [10]), []);
});
