import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { KubeError } from '../../../../../src/kube/api/kube-error.ts';
import {
  delivered,
  notice,
  RecorderDriver,
  refusedWith,
  unreachable,
} from '../../../../support/kube/recorder-driver.ts';

type Move =
  | { readonly kind: 'notice'; readonly pod: number; readonly what: number }
  | { readonly kind: 'answer'; readonly how: number }
  | { readonly kind: 'time'; readonly ms: number };

const anyMove: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant('notice' as const), pod: fc.nat(30), what: fc.nat(6) }),
  fc.record({ kind: fc.constant('answer' as const), how: fc.nat(9) }),
  fc.record({ kind: fc.constant('time' as const), ms: fc.nat(5_000) }),
);

const WHATS = [
  (name: string) => delivered(name),
  (name: string) => notice({ name }),
  (name: string) => notice({ name, topic: 'ended' }),
  (name: string) => notice({ name, urgency: 'patient', topic: 'not-listening' }),
  (name: string) => notice({ name, urgency: 'urgent', topic: 'suspected', message: 'suspected' }),
];

const ANSWERS: readonly (KubeError | undefined)[] = [
  unreachable,
  refusedWith('unauthorized'),
  refusedWith('notFound'),
  refusedWith('conflict'),
];

const LIMITS = { mostWaiting: 12, mostUrgent: 50, mostRemembered: 10 };

/** Plays the moves; the API server answers when a move says so. */
function play(moves: readonly Move[]) {
  const driver = new RecorderDriver(LIMITS);
  driver.react = undefined;
  const urgent = new Set<string>();
  let answered = 0;
  for (const move of moves) {
    if (move.kind === 'time') driver.pass(move.ms);
    if (move.kind === 'notice') {
      const given = WHATS[move.what % WHATS.length]?.(`pod-${move.pod}`) ?? assert.fail();
      if (given.urgency === 'urgent') urgent.add(given.pod.name);
      driver.give(given);
    }
    if (move.kind === 'answer' && driver.writes.length > answered) {
      answered += 1;
      driver.answer(ANSWERS[move.how]);
    }
    const { waiting, written, pods, forbidden } = driver.counts();
    assert.ok(driver.writes.length - answered <= 1, 'more than one write is under way');
    assert.ok(waiting <= LIMITS.mostWaiting + LIMITS.mostUrgent, `${waiting} wait`);
    assert.ok(Math.max(written, pods, forbidden) <= LIMITS.mostRemembered);
  }
  return { driver, urgent, isUnderWay: driver.writes.length > answered };
}

test('whatever happens, memory is bounded and one write is under way at most', () => {
  const anyMoves = fc.array(anyMove, { maxLength: 300, size: 'max' });
  fc.assert(
    fc.property(anyMoves, (moves) => {
      play(moves);
    }),
  );
});

test('every urgent notice is written once the API server is well, and then all is quiet', () => {
  fc.assert(
    fc.property(fc.array(anyMove, { maxLength: 200, size: 'max' }), (moves) => {
      const { driver, urgent, isUnderWay } = play(
        moves.filter((move) => move.kind !== 'answer' || move.how !== 2),
      );
      driver.react = () => undefined;
      if (isUnderWay) driver.answer();
      driver.pass(3_600_000);
      const written = driver.created.filter(({ message }) => message === 'suspected');
      const names = new Set(written.map(({ involvedObject }) => involvedObject['name']));
      assert.deepEqual(
        [...urgent].filter((name) => !names.has(name)),
        [],
      );
      assert.equal(driver.counts().waiting, 0);
      assert.equal(driver.nextWake(), undefined);
    }),
  );
});

test('counts add up: an Event ends with the number of times that it happened', () => {
  const anyGaps = fc.array(fc.nat(90_000), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(anyGaps, (gaps) => {
      const driver = new RecorderDriver();
      for (const gap of gaps) driver.give(notice()).pass(gap);
      driver.pass(600_000).give(notice());
      const last = driver.writes.at(-1) ?? assert.fail();
      const count = last.kind === 'create' ? last.event.count : last.change.count;
      assert.equal(count, gaps.length + 1);
      assert.equal(driver.created.length, 1);
    }),
  );
});
