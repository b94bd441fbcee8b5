import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../bench/options.ts';
import { chooseScenarios } from '../../../bench/scenarios/choose.ts';

const namesOf = (options: Parameters<typeof chooseScenarios>[0]) =>
  chooseScenarios(options).map(({ name }) => name);

test('every scenario runs unless some are named', () => {
  const whole = ['init', 'trickle', 'burst1000', 'burst5000', 'idle'];
  assert.deepEqual(namesOf({ only: [], quick: false }), whole);
  assert.deepEqual(namesOf({ only: ['idle', 'trickle'], quick: false }), ['trickle', 'idle']);
});

test('a name that no scenario has is refused with the names that there are', () => {
  const choose = () => chooseScenarios({ only: ['brust'], quick: false });
  assert.throws(choose, (error) => error instanceof UsageError && /trickle/.test(error.message));
});

test('every scenario’s figures have ids of their own', () => {
  for (const { name, figures } of chooseScenarios({ only: [], quick: false })) {
    const ids = figures.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, name);
  }
});
