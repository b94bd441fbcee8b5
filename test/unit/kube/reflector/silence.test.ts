import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bookmark,
  driveReflector,
  watchingForLong,
} from '../../../support/kube/reflector-driver.ts';

const MINUTE = 60_000;

test('S2 a watch that says nothing, not even a bookmark, is left and resumed', () => {
  const driver = watchingForLong();
  assert.ok(driver.wake() > 0);
  assert.deepEqual(driver.said(), ['abort', '(watch-ended)', '(failing)']);
  assert.equal(driver.now(), 2 * MINUTE + 150_000);
  driver.wake();
  assert.deepEqual(driver.said(), ['watch 20']);
  driver.tell(bookmark('21'));
  assert.deepEqual(driver.said(), ['(recovered)']);
});

test('a server that has lost our position, and so says nothing for ever, is listed anew', () => {
  const driver = watchingForLong();
  driver.wake();
  driver.wake();
  driver.wake();
  assert.deepEqual(driver.said(), ['abort', '(watch-ended)', '(relisting)', 'sync-started']);
  driver.wake();
  assert.deepEqual(driver.said(), ['list pending']);
});

test('a server that never sends bookmarks may be silent until its own timeout has passed', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', []);
  driver.page('10', []);
  const { timeoutSeconds } = driver.lastWatch();
  assert.equal(driver.nextWake(), timeoutSeconds * 1_000 + 30_000);
});
