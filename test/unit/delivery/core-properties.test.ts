import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CoreHistory, MOVES, type Move } from '../../support/core-history.ts';

const OFTEN: Partial<Record<Move['kind'], number>> = {
  'pod arrives': 4,
  'mint ends': 9,
  connection: 7,
  'push ends': 7,
  'probe ends': 3,
  'look-up ends': 3,
  'destroy ends': 3,
  act: 2,
  'time passes': 8,
};

const anyMove: fc.Arbitrary<Move> = fc.oneof(
  ...MOVES.map((kind) => ({
    weight: OFTEN[kind] ?? 1,
    arbitrary: fc.record({ kind: fc.constant(kind), pick: fc.nat(1_000), how: fc.nat(1_000) }),
  })),
);

/** A history that a controller has acted in from the start. */
function run(moves: readonly Move[]): CoreHistory {
  const history = new CoreHistory();
  history.make({ kind: 'act', pick: 0, how: 0 });
  for (const move of moves) history.make(move);
  return history;
}

const anyHistory = fc.array(anyMove, { minLength: 1, maxLength: 150, size: 'max' });

test('S6 S9 S11 S12 S18 whatever happens, in whatever order, no rule is broken on the way', () => {
  fc.assert(
    fc.property(anyHistory, (moves) => {
      run(moves);
    }),
    { numRuns: 400 },
  );
});

test('S2 S7 S15 every customer is delivered once the world is good', () => {
  fc.assert(
    fc.property(anyHistory, (moves) => {
      const history = run(moves);
      history.becomeGood();
      assert.deepEqual(history.undelivered(), []);
    }),
    { numRuns: 300 },
  );
});

test('S3 S11 when all pods are gone nothing is remembered, and no unused secret_id is left', () => {
  fc.assert(
    fc.property(anyHistory, (moves) => {
      const history = run(moves);
      history.endAll();
      assert.deepEqual(history.left(), []);
    }),
    { numRuns: 300 },
  );
});
