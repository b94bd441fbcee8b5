import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyHistory } from '../../support/delivery/any-history.ts';
import { CoreHistory } from '../../support/delivery/core-history.ts';

test('S6 S9 S11 S12 S18 whatever happens, in whatever order, no rule is broken on the way', () => {
  fc.assert(
    fc.property(anyHistory, (moves) => {
      CoreHistory.of(moves);
    }),
    { numRuns: 1_000 },
  );
});

test('S2 S7 S15 every customer is delivered once the world is good', () => {
  fc.assert(
    fc.property(anyHistory, (moves) => {
      const history = CoreHistory.of(moves);
      history.becomeGood();
      assert.deepEqual(history.undelivered(), []);
    }),
    { numRuns: 800 },
  );
});

test('S3 S11 when all pods are gone nothing is remembered, and no unused secret_id is left', () => {
  fc.assert(
    fc.property(anyHistory, (moves) => {
      const history = CoreHistory.of(moves);
      history.endAll();
      assert.deepEqual(history.left(), []);
    }),
    { numRuns: 800 },
  );
});
