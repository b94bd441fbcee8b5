import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  isProbe,
  isSuperseding,
  type LeaseMove,
  LeaseWorld,
  MARK_MS,
} from '../../../support/election/lease-world.ts';

const who = fc.nat(2);
const ofOne = (...kinds: Exclude<LeaseMove['kind'], 'pass' | 'arrive' | 'watch' | 'edit'>[]) =>
  fc.record({ kind: fc.constantFrom(...kinds), who });

const pass = fc.record({
  kind: fc.constant('pass' as const),
  ms: fc.integer({ min: 1, max: 3_000 }),
});
const watch = fc.record({ kind: fc.constant('watch' as const), who, changes: fc.nat(4) });
const arrive = fc.record({ kind: fc.constant('arrive' as const), which: fc.nat(9) });

/** Anything that networks, schedulers and machines may do. */
const faults: fc.WeightedArbitrary<LeaseMove>[] = [
  { weight: 8, arbitrary: pass },
  { weight: 8, arbitrary: ofOne('answer') },
  { weight: 4, arbitrary: watch },
  { weight: 3, arbitrary: ofOne('serve', 'lose', 'list', 'stand', 'resume') },
  { weight: 1, arbitrary: arrive },
  { weight: 1, arbitrary: ofOne('pause', 'hand-over', 'restart') },
];
/** Somebody who can reset connections. */
const forgeries = { weight: 2, arbitrary: ofOne('gone') };
/** Somebody who can write the Lease. */
const edits = {
  weight: 1,
  arbitrary: fc.record({
    kind: fc.constant('edit' as const),
    how: fc.constantFrom('delete', 'empty', 'label', 'other'),
  }),
} as const;

const anyMoves = (...kinds: fc.WeightedArbitrary<LeaseMove>[]) =>
  fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: 150, size: 'max' });

const elections = { weight: 2, arbitrary: ofOne('elect') };

function played(moves: readonly LeaseMove[], ...fleet: ['mixed'?]): LeaseWorld {
  const world = new LeaseWorld(...fleet);
  for (const move of moves) world.play(move);
  return world;
}

const RUNS = { numRuns: 2_000 };

test('S40 S43 S44 no two act at once, in whatever order requests, answers and events come', () => {
  fc.assert(
    fc.property(anyMoves(...faults), (moves) => {
      const { register } = played(moves);
      assert.deepEqual(register.commits.filter(isProbe), []);
    }),
    RUNS,
  );
});

test('S40 S43 S44 no two act at once where Raft elects some of them, one after the other', () => {
  const seen = { superseded: 0 };
  fc.assert(
    fc.property(anyMoves(...faults, elections), (moves) => {
      const { commits } = played(moves, 'mixed').register;
      assert.deepEqual(commits.filter(isProbe), []);
      seen.superseded += commits.filter(isSuperseding).length;
    }),
    RUNS,
  );
  assert.ok(seen.superseded > 0, 'no leader of Raft took the Lease from the one before it');
});

test('S40 S43 two act at once only after a takeover by probe, of which there is one in the time of its mark', () => {
  fc.assert(
    fc.property(anyMoves(...faults, forgeries), (moves) => {
      const probes = played(moves).register.commits.filter(isProbe);
      for (const [index, { at }] of probes.entries()) {
        const next = probes[index + 1]?.at ?? Number.POSITIVE_INFINITY;
        assert.ok(next - at >= MARK_MS / 1.01, `S43 probes at ${at} and ${next}`);
      }
    }),
    RUNS,
  );
});

test('S46 whatever has happened, and whatever people did to the Lease, in good weather one acts in 6 s', () => {
  fc.assert(
    fc.property(anyMoves(...faults, forgeries, edits), (moves) => {
      const world = played(moves);
      if (world.players.every(({ isLeaving }) => isLeaving))
        world.play({ kind: 'restart', who: 0 });
      for (const index of world.players.keys()) world.play({ kind: 'resume', who: index });
      for (const index of world.players.keys()) world.play({ kind: 'stand', who: index });
      world.passInGoodWeather(6_000);
      const actors = world.actors().map(({ identity }) => identity);
      assert.equal(actors.length, 1, `${actors.join()} act`);
      world.passInGoodWeather(10_000);
      assert.deepEqual(
        world.actors().map(({ identity }) => identity),
        actors,
      );
    }),
    { numRuns: 300 },
  );
});
