import fc from 'fast-check';
import { MOVES, type Move } from './core-history.ts';

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

/** What may happen to a core, in any order. */
export const anyHistory = fc.array(anyMove, { minLength: 1, maxLength: 150, size: 'max' });
