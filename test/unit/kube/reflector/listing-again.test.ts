import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bookmark,
  changed,
  driveReflector,
  gone,
  invalid,
  watchingForLong,
} from '../../../support/kube/reflector-driver.ts';

const MINUTE = 60_000;

for (const error of [gone, invalid]) {
  test(`S2 a watch that ends with ${error.detail} lists again at once, pending pods first`, () => {
    const driver = watchingForLong();
    driver.endWatch(error);
    assert.deepEqual(driver.said(), ['(watch-ended)', '(relisting)', 'sync-started']);
    assert.equal(driver.wake(), 0);
    assert.deepEqual(driver.said(), ['list pending']);
    driver.page('50', ['a']);
    assert.deepEqual(driver.said(), ['watch 50', 'pod a', 'pending-listed', 'list rest @50']);
  });
}

test('S2 410 again and again lists less and less often', () => {
  const driver = watchingForLong();
  const pauses: number[] = [];
  for (let sync = 0; sync < 10; sync++) {
    driver.endWatch(gone);
    pauses.push(driver.wake());
    driver.page('50', []);
  }
  assert.deepEqual(pauses, [0, 150, 300, 600, 1_200, 2_400, 3_750, 3_750, 3_750, 3_750]);
  driver.pass(MINUTE);
  driver.endWatch(gone);
  assert.equal(driver.wake(), 0);
});

test('a 410 on the watch while the rest is listed starts a new sync and leaves the list', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['a']);
  const stale = driver.lastRequest('list');
  driver.endWatch(gone);
  assert.deepEqual(driver.said(), ['(watch-ended)', 'abort', '(relisting)', 'sync-started']);
  driver.input({
    kind: 'page',
    request: stale,
    page: { facts: [], version: '10', continueToken: undefined },
  });
  assert.deepEqual(driver.said(), []);
  driver.wake();
  assert.deepEqual(driver.said(), ['list pending']);
});

test('S2 a continue token that is too old restarts that list alone, where the watch is now', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['a']);
  driver.page('10', ['b'], 'r2');
  driver.tell(changed('c', '30'));
  driver.failList(gone);
  assert.deepEqual(driver.said(), ['(failing)']);
  const pause = driver.wake();
  assert.ok(pause > 0);
  assert.deepEqual(driver.said(), ['list rest @30']);
  driver.page('30', ['b', 'c', 'd'], 'r2');
  assert.deepEqual(driver.said(), ['(recovered)', 'pod b', 'pod d', 'list rest >r2']);
  driver.failList(gone);
  assert.ok(driver.wake() > pause);
});

test('S2 so does one in the middle of the pending pods', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['a'], 'p2');
  driver.tell(bookmark('12'));
  driver.failList(gone);
  driver.wake();
  assert.deepEqual(driver.said(), ['list pending @12']);
  driver.page('12', ['a', 'b']);
  assert.deepEqual(driver.said(), [
    '(recovered)',
    'pod a',
    'pod b',
    'pending-listed',
    'list rest @12',
  ]);
});

test('S2 a list of a moment that the server has forgotten starts a new sync', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['a']);
  driver.failList(gone);
  assert.deepEqual(driver.said(), ['abort', '(relisting)', 'sync-started']);
  driver.wake();
  assert.deepEqual(driver.said(), ['list pending']);
});
