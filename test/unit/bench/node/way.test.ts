import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wayOf } from '../../../../bench/node/way.ts';

const seen = { faulty: false, appSeen: 1_900 };

test('the parts of a pod’s way add up to it', () => {
  const { total, initToListening, ...parts } = wayOf({
    posted: 1_000,
    sighting: { ...seen, initSeen: 1_300 },
    init: { started: 1_250, ended: 1_400 },
    app: { started: 1_800 },
    listening: 1_310,
  });
  assert.equal(total, 900);
  assert.equal(initToListening, 60);
  assert.deepEqual(parts, {
    toInit: 250,
    initToSeen: 50,
    seenToEnd: 100,
    endToApp: 400,
    appToSeen: 100,
  });
  assert.equal(
    Object.values(parts).reduce((sum, part) => sum + part, 0),
    total,
  );
});

test('what is not known of a pod is left out', () => {
  const bare = { posted: 1_000, sighting: seen, init: {}, app: { started: 1_800 } };
  assert.deepEqual(wayOf({ ...bare, listening: undefined }), { total: 900, appToSeen: 100 });
});

test('a pod whose app never ran has come no way', () => {
  const sighting = { faulty: false };
  const known = { posted: 1_000, sighting, init: {}, app: {}, listening: undefined };
  assert.throws(() => wayOf(known), /not seen to run/);
});
