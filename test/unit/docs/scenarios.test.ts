import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  readScenarios,
  scenarioIds,
  testsById,
  withTests,
} from '../../../tools/docs/scenario-table.ts';

const table = readScenarios();

test('every scenario has a test whose title starts with its id', () => {
  const tests = testsById();
  const unproven = scenarioIds(table).filter((id) => !tests.has(id));
  assert.deepEqual(unproven, []);
});

test('every id in a title is one of the table', () => {
  const known = new Set(scenarioIds(table));
  const unknown = [...testsById()].filter(([id]) => !known.has(id));
  assert.deepEqual(unknown, []);
});

test('the table names the tests as they are', () => {
  assert.ok(withTests(table) === table, 'run `tools/node tools/docs/scenarios.ts`');
});
