import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delivered, notice, RecorderDriver } from '../../../../support/kube/recorder-driver.ts';

test('what may pass by itself is written when it has not', () => {
  const driver = new RecorderDriver();
  driver.give(notice({ urgency: 'patient' })).pass(4_999);
  assert.equal(driver.writes.length, 0);
  driver.pass(1);
  assert.equal(driver.created.length, 1);
});

test('S13 what has passed by itself is not written', () => {
  const driver = new RecorderDriver();
  driver.give(
    notice({ urgency: 'patient', topic: 'not-listening' }),
    notice({ urgency: 'patient', name: 'web-2' }),
  );
  driver.pass(1_000).give(delivered()).pass(60_000);
  assert.deepEqual(
    driver.created.map(({ reason, involvedObject }) => [reason, involvedObject['name']]),
    [
      ['VaultSecretDelivered', 'web-1'],
      ['VaultSecretFailed', 'web-2'],
    ],
  );
});
