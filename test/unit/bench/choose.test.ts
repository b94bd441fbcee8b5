import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../bench/options.ts';
import { chooseScenarios } from '../../../bench/scenarios/choose.ts';

const ALL = { only: [], quick: false, subject: undefined };
const namesOf = (options: Partial<Parameters<typeof chooseScenarios>[0]>) =>
  chooseScenarios({ ...ALL, ...options }).map(({ name }) => name);

test('every scenario runs unless some are named', () => {
  const whole = ['init', 'trickle', 'burst1000', 'burst5000', 'idle', 'failover'];
  assert.deepEqual(namesOf({}), whole);
  assert.deepEqual(namesOf({ only: ['idle', 'trickle'] }), ['trickle', 'idle']);
});

test('the floor alone takes no part where it could not', () => {
  assert.ok(namesOf({ subject: 'ours' }).includes('failover'));
  assert.ok(!namesOf({ subject: 'floor' }).includes('failover'));
  assert.ok(namesOf({ subject: 'floor' }).includes('idle'));
});

test('a name that no scenario has is refused with the names that there are', () => {
  const choose = () => chooseScenarios({ ...ALL, only: ['brust'] });
  assert.throws(choose, (error) => error instanceof UsageError && /trickle/.test(error.message));
});

test('every scenario’s figures have ids of their own', () => {
  for (const { name, figures } of chooseScenarios(ALL)) {
    const ids = figures.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, name);
  }
});
