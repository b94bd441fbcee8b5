import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VaultGate } from '../../../../src/delivery/policy/vault-gate.ts';
import type { VaultProblem } from '../../../../src/delivery/reason.ts';

const SEALED: VaultProblem = { kind: 'vault-unavailable', problem: 'unavailable', words: 'sealed' };
/** The first pauses, in ms, in the middle of their jitter. */
const [FIRST, SECOND, THIRD] = [375, 750, 1_500];

function fail(gate: VaultGate, id: number, namespace: string, now: number) {
  return gate.failed({ id, namespace }, SEALED, now, 0.5);
}

function closedForAll(now = 0): VaultGate {
  const gate = new VaultGate();
  fail(gate, 1, 'a', now);
  fail(gate, 2, 'b', now);
  return gate;
}

test('S15 an open gate admits everybody at once', () => {
  const gate = new VaultGate();
  assert.equal(gate.opensAt(7), 7);
  assert.ok(gate.admits('a', 7));
  assert.equal(gate.problemFor('a', 7), undefined);
});

test('S17 the failures of one namespace pause that one alone', () => {
  const gate = new VaultGate();
  const paused = fail(gate, 1, 'a', 0);
  assert.deepEqual(paused, { namespace: 'a', until: FIRST, isNew: true });
  assert.equal(gate.opensAt(0), 0);
  assert.ok(!gate.admits('a', 0));
  assert.ok(gate.admits('b', 0));
  assert.equal(gate.admitsNextAt(0), FIRST);
  assert.equal(gate.problemFor('a', 0), SEALED);
  assert.equal(gate.problemFor('b', 0), undefined);
});

test('S17 they pause that one alone for as long as Vault answers others, longer each time', () => {
  const gate = new VaultGate();
  let now = 0;
  for (const [id, pause] of [FIRST, SECOND, THIRD, 3_000, 3_750, 3_750].entries()) {
    assert.equal(fail(gate, id, 'bad', now)?.until, now + pause);
    gate.answeredFor('good');
    gate.answered();
    now += pause;
    gate.ask(id + 1, 'bad');
  }
  assert.equal(gate.opensAt(now), now);
});

test('S15 failures of two namespaces with no answer between them pause everybody', () => {
  const gate = new VaultGate();
  fail(gate, 1, 'a', 0);
  assert.deepEqual(fail(gate, 2, 'b', 10), {
    namespace: undefined,
    until: 10 + FIRST,
    isNew: true,
  });
  assert.equal(gate.opensAt(10), 10 + FIRST);
  assert.equal(gate.problemFor('c', 10), SEALED);
});

test('S15 those that were under way when the pause began do not lengthen it', () => {
  const gate = closedForAll();
  assert.equal(fail(gate, 3, 'c', 5), undefined);
  assert.equal(gate.opensAt(5), FIRST);
  const own = new VaultGate();
  fail(own, 1, 'a', 0);
  assert.equal(fail(own, 2, 'a', 5), undefined);
});

test('S15 after the pause one mint tries Vault, the others wait for it', () => {
  const gate = closedForAll();
  assert.equal(gate.opensAt(FIRST), FIRST);
  gate.ask(9, 'c');
  assert.equal(gate.opensAt(FIRST), undefined);
  assert.equal(fail(gate, 3, 'a', FIRST), undefined);
  assert.deepEqual(fail(gate, 9, 'c', FIRST), {
    namespace: undefined,
    until: FIRST + SECOND,
    isNew: false,
  });
});

test('S15 the same holds for a namespace that is paused by itself', () => {
  const gate = new VaultGate();
  fail(gate, 1, 'a', 0);
  assert.ok(gate.admits('a', FIRST));
  gate.ask(2, 'a');
  assert.ok(!gate.admits('a', FIRST));
  assert.equal(gate.admitsNextAt(FIRST), undefined);
  assert.deepEqual(fail(gate, 2, 'a', FIRST), {
    namespace: 'a',
    until: FIRST + SECOND,
    isNew: false,
  });
});

test('S15 an answer ends the pause, and the next one begins short again', () => {
  const gate = closedForAll();
  gate.ask(9, 'c');
  assert.ok(gate.answered());
  assert.ok(!gate.answered());
  assert.equal(gate.opensAt(FIRST), FIRST);
  fail(gate, 10, 'a', 1_000);
  assert.equal(fail(gate, 11, 'b', 1_000)?.until, 1_000 + FIRST);
});

test('S15 pauses are never shorter than 0.25 s, nor longer than 5 s', () => {
  for (const random of [0, 0.999]) {
    const gate = new VaultGate();
    for (let n = 0; n < 20; n += 1) {
      const { until } = gate.pauseAll(SEALED, 0, random);
      assert.ok(until >= 250 && until <= 5_000, `${until}`);
    }
  }
});
