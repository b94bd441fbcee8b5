import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Admission,
  type AdmissionAction,
  type AdmissionInput,
  type LookUpOutcome,
  NOBODY_YET,
  nextWake,
  step,
} from '../../../src/init/admission/admission.ts';
import type { Answer, Result } from '../../../src/wire/answer.ts';

const BUDGET_MS = 20_000;
const ACCEPTED: LookUpOutcome = { kind: 'accepted' };
const GONE: LookUpOutcome = { kind: 'gone' };
const failed = (reason: string): LookUpOutcome => ({ kind: 'failed', reason });
const answerOf = (result: Result): Answer => ({ result, reason: 'because', tokenUsed: false });

/** An admission at a time of its own; every input gives what was done for it, in short. */
function anAdmission() {
  let admission: Admission = NOBODY_YET;
  let now = 0;
  const input = (it: AdmissionInput): string[] => {
    const next = step(admission, it, now, 0);
    admission = next.admission;
    return next.actions.map(inShort);
  };
  return {
    push: (id: number, budgetMs = BUDGET_MS) =>
      input({ kind: 'pushed', id, deadlineAt: now + budgetMs }),
    lookedUp: (id: number, outcome: LookUpOutcome) => input({ kind: 'looked-up', id, outcome }),
    exchanged: (id: number, answer: Answer) => input({ kind: 'exchange-ended', id, answer }),
    /** Moves on to the next wake, and says when that is. */
    sleep() {
      now = nextWake(admission) ?? assert.fail('it sleeps for ever');
      return { at: now, actions: input({ kind: 'woken' }) };
    },
    advance(ms: number) {
      now += ms;
    },
    wake: () => nextWake(admission),
  };
}

function inShort(action: AdmissionAction): string {
  const { kind, id } = action;
  return kind === 'answer' ? `${id}: ${action.answer.result}` : `${kind} ${id}`;
}

test('S22 a push is looked up, then exchanged, then answered', () => {
  const door = anAdmission();
  assert.deepEqual(door.push(1), ['look-up 1']);
  assert.deepEqual(door.lookedUp(1, ACCEPTED), ['exchange 1']);
  assert.deepEqual(door.exchanged(1, answerOf('exchanged')), ['1: exchanged']);
  assert.equal(door.wake(), undefined);
});

test('S22 of two pushes at once the first accepted is exchanged, and the other is told busy', () => {
  const door = anAdmission();
  door.push(1);
  assert.deepEqual(door.push(2), ['look-up 2']);
  assert.deepEqual(door.lookedUp(2, ACCEPTED), ['cancel 1', '1: busy', 'exchange 2']);
  assert.deepEqual(door.push(3), ['3: busy']);
  assert.deepEqual(door.lookedUp(1, ACCEPTED), []);
});

test('S22 a push after success is told done', () => {
  const door = anAdmission();
  door.push(1);
  door.lookedUp(1, ACCEPTED);
  door.exchanged(1, answerOf('exchanged'));
  assert.deepEqual(door.push(2), ['2: done']);
});

for (const result of [
  'login-refused',
  'vault-unreachable',
  'token-gone',
  'write-failed',
] as const) {
  test(`S21 after an exchange that ended in ${result} it waits for another push`, () => {
    const door = anAdmission();
    door.push(1);
    door.lookedUp(1, ACCEPTED);
    assert.deepEqual(door.exchanged(1, answerOf(result)), [`1: ${result}`]);
    assert.deepEqual(door.push(2), ['look-up 2']);
  });
}

test('S22 up to four tokens are looked up side by side; the fifth waits for a slot', () => {
  const door = anAdmission();
  for (const id of [1, 2, 3, 4]) assert.deepEqual(door.push(id), [`look-up ${id}`]);
  assert.deepEqual(door.push(5), []);
  const refused: LookUpOutcome = { kind: 'refused', answer: answerOf('pin-mismatch') };
  assert.deepEqual(door.lookedUp(3, refused), ['3: pin-mismatch', 'look-up 5']);
});

test('S22 junk whose lookups hang makes room for a push that waits, the oldest first', () => {
  const door = anAdmission();
  for (const id of [1, 2, 3, 4]) door.push(id);
  door.advance(100);
  assert.deepEqual(door.push(5), []);
  assert.deepEqual(door.sleep(), { at: 250, actions: ['cancel 1', '1: busy', 'look-up 5'] });
  door.advance(1);
  assert.deepEqual(door.push(6), ['cancel 2', '2: busy', 'look-up 6']);
});

test('S22 lookups that hang are left alone while nobody waits', () => {
  const door = anAdmission();
  for (const id of [1, 2, 3, 4]) door.push(id);
  assert.equal(door.wake(), BUDGET_MS);
});

test('S23 a token that Vault does not know is asked for three times more before it is gone', () => {
  const door = anAdmission();
  door.push(1);
  const asked: number[] = [];
  for (let again = 0; again < 3; again += 1) {
    assert.deepEqual(door.lookedUp(1, GONE), []);
    const { at, actions } = door.sleep();
    assert.deepEqual(actions, ['look-up 1']);
    asked.push(at);
  }
  assert.deepEqual(asked, [100, 400, 1_000]);
  assert.deepEqual(door.lookedUp(1, GONE), ['1: token-gone']);
});

test('S23 a token that a standby had not seen yet is exchanged when it has', () => {
  const door = anAdmission();
  door.push(1);
  door.lookedUp(1, GONE);
  door.sleep();
  assert.deepEqual(door.lookedUp(1, ACCEPTED), ['exchange 1']);
});

test('S22 a token that rests holds no slot, and newcomers are looked up before it', () => {
  const door = anAdmission();
  for (const id of [1, 2, 3, 4]) {
    door.push(id);
    assert.deepEqual(door.lookedUp(id, GONE), []);
  }
  for (const id of [5, 6, 7]) assert.deepEqual(door.push(id), [`look-up ${id}`]);
  door.advance(100);
  assert.deepEqual(door.push(8), ['look-up 8']);
});

test('S26 a Vault that cannot be asked is asked again until the time of the push is up', () => {
  const door = anAdmission();
  door.push(1, 5_000);
  const asked: number[] = [];
  for (;;) {
    door.lookedUp(1, failed('unreachable: no route'));
    const { at, actions } = door.sleep();
    if (actions[0] !== 'look-up 1') {
      assert.deepEqual([at, actions], [5_000, ['1: vault-unreachable']]);
      break;
    }
    asked.push(at);
  }
  assert.deepEqual(asked, [100, 300, 700, 1_500, 2_500, 3_500, 4_500]);
});

for (const [when, prepare, result] of [
  ['while it is looked up', () => {}, ['cancel 1', '1: vault-unreachable']],
  ['after Vault did not know it', (door) => door.lookedUp(1, GONE), ['1: token-gone']],
] satisfies [string, (door: ReturnType<typeof anAdmission>) => void, string[]][]) {
  test(`S25 a push whose TTL ends ${when} is answered then`, () => {
    const door = anAdmission();
    door.push(1, 50);
    prepare(door);
    assert.deepEqual(door.sleep(), { at: 50, actions: result });
  });
}

test('S20 of more pushes than there can be controllers the oldest that waits has to go', () => {
  const door = anAdmission();
  for (let id = 1; id <= 50; id += 1) door.push(id);
  assert.deepEqual(door.push(51), ['5: busy']);
});

test('S20 S22 junk that rests between its lookups makes room for what was never looked up', () => {
  const door = anAdmission();
  for (let id = 1; id <= 50; id += 1) {
    door.push(id);
    door.lookedUp(id, failed('unreachable'));
  }
  assert.deepEqual(door.push(51), ['1: busy', 'look-up 51']);
});

type Move =
  | { readonly kind: 'push'; readonly budgetMs: number }
  | { readonly kind: 'result'; readonly pick: number; readonly outcome: LookUpOutcome }
  | { readonly kind: 'end'; readonly result: Result }
  | { readonly kind: 'pass'; readonly ms: number };

const moves = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('push' as const), budgetMs: fc.integer({ min: 1, max: 5_000 }) }),
    fc.record({
      kind: fc.constant('result' as const),
      pick: fc.nat(),
      outcome: fc.constantFrom(ACCEPTED, GONE, failed('x'), {
        kind: 'refused' as const,
        answer: answerOf('pin-mismatch'),
      }),
    }),
    fc.record({
      kind: fc.constant('end' as const),
      result: fc.constantFrom<Result>('exchanged', 'login-refused', 'write-failed'),
    }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 700 }) }),
  ),
  { maxLength: 120 },
);

/** Plays moves, minding that every push has one answer, four are looked up and one exchanged at most. */
function play(script: readonly Move[]) {
  let [admission, now, lastId]: [Admission, number, number] = [NOBODY_YET, 0, 0];
  const [pending, asking, exchanging] = [new Set<number>(), new Set<number>(), new Set<number>()];
  const advance = (input: AdmissionInput) => {
    const next = step(admission, input, now, 0.5);
    admission = next.admission;
    for (const action of next.actions) {
      const { id } = action;
      if (action.kind === 'look-up') asking.add(id);
      if (action.kind === 'cancel') asking.delete(id);
      if (action.kind === 'exchange') exchanging.add(id);
      if (action.kind === 'answer') {
        assert.ok(pending.delete(id), `${id} is answered twice`);
        assert.equal(asking.has(id), false, `${id} is answered, and still looked up`);
      }
    }
    assert.ok(asking.size <= 4);
    assert.ok(exchanging.size <= 1);
    assert.ok((nextWake(admission) ?? Number.POSITIVE_INFINITY) > now, 'it would wake at once');
  };
  const pass = (until: number) => {
    for (let wake = nextWake(admission); wake !== undefined && wake <= until; ) {
      now = wake;
      advance({ kind: 'woken' });
      wake = nextWake(admission);
    }
    now = until;
  };
  const end = (result: Result) => {
    const [id] = exchanging;
    if (id === undefined) return;
    exchanging.delete(id);
    advance({ kind: 'exchange-ended', id, answer: answerOf(result) });
  };
  for (const move of script) {
    if (move.kind === 'push') {
      lastId += 1;
      pending.add(lastId);
      advance({ kind: 'pushed', id: lastId, deadlineAt: now + move.budgetMs });
    } else if (move.kind === 'result') {
      const id = [...asking][move.pick % asking.size];
      if (id === undefined) continue;
      asking.delete(id);
      advance({ kind: 'looked-up', id, outcome: move.outcome });
    } else if (move.kind === 'end') end(move.result);
    else pass(now + move.ms);
  }
  end('login-refused');
  pass(now + BUDGET_MS);
  return { pending, wake: nextWake(admission) };
}

test('S20 S22 whatever comes in whatever order, each push is answered once, and none waits beyond its time', () => {
  fc.assert(
    fc.property(moves, (script) => {
      const { pending, wake } = play(script);
      assert.deepEqual([[...pending], wake], [[], undefined]);
    }),
    { numRuns: 1_000 },
  );
});
