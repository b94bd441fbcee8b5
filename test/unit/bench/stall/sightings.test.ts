import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastActing } from '../../../../bench/stall/sightings.ts';

const SIGHTINGS = [
  { at: 900, acting: 1 },
  { at: 1_050, acting: 1 },
  { at: 1_100, acting: 0 },
  { at: 1_150, acting: 2 },
  { at: 1_200, acting: 0 },
];

test('controllers act for as long as any of them is seen to, whoever ceased before', () => {
  assert.equal(lastActing(SIGHTINGS, 1_000), 150);
});

test('where none was seen to act since, none has acted', () => {
  assert.equal(lastActing(SIGHTINGS, 1_160), 0);
  assert.equal(lastActing([], 0), 0);
});
