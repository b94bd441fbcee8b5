import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeError } from '../../../../src/kube/api/kube-error.ts';
import {
  changed,
  driveReflector,
  gone,
  reset,
  watching,
  watchingForLong,
} from '../../../support/kube/reflector-driver.ts';

test('S1 the watch goes on telling, whatever the number of events', () => {
  const driver = watching();
  for (let version = 12; version < 1_012; version++) {
    driver.pass(1_000);
    driver.tell(changed(`pod-${version}`, String(version)));
    assert.deepEqual(driver.said(), [`pod pod-${version}`]);
  }
});

test('S3 a pod that runs costs nothing: no request, and no wake but the watch’s own', () => {
  const driver = watching();
  const requests = driver.requests();
  for (let version = 12; version < 10_012; version++) {
    driver.tell(changed(`pod-${version}`, String(version)));
  }
  assert.equal(driver.requests(), requests);
  assert.equal(driver.nextWake(), driver.now() + 150_000);
});

test('the server’s timeout is between 4 and 6 minutes, different from watch to watch', () => {
  const timeouts = [0, 0.5, 0.999_999].map((random) => {
    const driver = driveReflector(random);
    driver.wake();
    driver.page('10', []);
    return driver.lastWatch().timeoutSeconds;
  });
  assert.deepEqual(timeouts, [240, 300, 360]);
});

test('what comes late from a request that was left is not listened to', () => {
  const driver = watchingForLong();
  const old = driver.lastRequest('watch');
  driver.endWatch(reset);
  driver.wake();
  const late = (error?: KubeError) => {
    driver.input({ kind: 'events', request: old, events: [changed('a', '19')] });
    assert.deepEqual(driver.said(), []);
    driver.input({ kind: 'watch-ended', request: old, error });
    assert.deepEqual(driver.said(), []);
  };
  late();
  late(gone);
  driver.input({ kind: 'list-failed', request: old, error: gone });
  assert.deepEqual(driver.said(), []);
});
