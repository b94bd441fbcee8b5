import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Result } from '../../../src/wire/answer.ts';
import { aCustomer } from '../../support/delivery/customers.ts';
import { type DeliveryDriver, driveDelivery } from '../../support/delivery/delivery-driver.ts';

const WEB = aCustomer().named('web-1').inNamespace('shop').asking('web');

function sent(): DeliveryDriver {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  return drive.connects(WEB);
}

function alarms(drive: DeliveryDriver): string[] {
  return drive.reports('interception').map(({ certainty }) => certainty);
}

const UNUSED: readonly Result[] = [
  'bad-push',
  'pin-mismatch',
  'busy',
  'done',
  'token-gone',
  'vault-unreachable',
];

for (const result of UNUSED) {
  test(`S23 after ${result} a token that is gone before its time is a suspected interception`, () => {
    const drive = sent().answers(WEB, result);
    drive.endTokenLookUp(true);
    assert.deepEqual(alarms(drive), ['suspected']);
    assert.equal(drive.reports('interception')[0]?.accessor, 'accessor-1');
  });

  test(`S23 after ${result} a token that is still there is none, whatever the peer said`, () => {
    const drive = sent().answers(WEB, result);
    drive.endTokenLookUp(false);
    assert.deepEqual(alarms(drive), []);
  });
}

for (const result of ['login-refused', 'vault-unreachable', 'write-failed'] as const) {
  test(`S23 after ${result} of an init container that used the token itself Vault is not asked`, () => {
    const drive = sent().answers(WEB, result, { tokenUsed: true });
    assert.deepEqual(drive.asked('look-up-token'), []);
  });
}

test('S23 an answer that claims that the token was used, and cannot have used it, is not believed', () => {
  for (const result of ['bad-push', 'busy', 'done', 'token-gone', 'pin-mismatch'] as const) {
    const drive = sent().answers(WEB, result, { tokenUsed: true });
    drive.endTokenLookUp(true);
    assert.deepEqual(alarms(drive), ['suspected'], result);
  }
});

test('S23 after a foreign answer a token that is gone is a suspected interception', () => {
  const drive = sent().answersForeign(WEB, 502);
  drive.endTokenLookUp(true);
  assert.deepEqual(alarms(drive), ['suspected']);
});

test('S23 after an unknown outcome it is a possible one', () => {
  const drive = sent().resets(WEB);
  drive.endTokenLookUp(true);
  assert.deepEqual(alarms(drive), ['possible']);
});

test('S23 a token that may have expired by itself is no sign of anything', () => {
  const late = sent().advance(55_000).answers(WEB, 'token-gone');
  assert.deepEqual(late.asked('look-up-token'), []);
  const later = sent().advance(54_999).answers(WEB, 'token-gone').advance(1);
  later.endTokenLookUp(true);
  assert.deepEqual(alarms(later), []);
});

test('S23 a short-lived token is judged with a margin of a quarter of its life', () => {
  const drive = driveDelivery({ ttlMs: 8_000 }).acts().sees(WEB);
  drive.mints(WEB);
  drive.advance(5_999).answers(WEB, 'token-gone');
  drive.endTokenLookUp(true);
  assert.deepEqual(alarms(drive), ['suspected']);
});

test('S23 a token that nobody has seen is never suspected', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.refuses(WEB);
  assert.deepEqual(drive.asked('look-up-token'), []);
});

test('S23 an init container that said exchanged and does not end well is reported', () => {
  const failed = sent().answers(WEB, 'exchanged').sees(WEB.ended(1));
  assert.deepEqual(alarms(failed), ['delivered-but-not-seen-to-finish']);
  const hangs = sent().answers(WEB, 'exchanged').advance(30_000);
  assert.deepEqual(alarms(hangs), ['delivered-but-not-seen-to-finish']);
});

test('S23 one that said done, or is the original’s, and does not end well is not', () => {
  assert.deepEqual(alarms(sent().answers(WEB, 'done').sees(WEB.ended(1))), []);
  assert.deepEqual(alarms(sent().takes(WEB).sees(WEB.ended(1))), []);
});

test('S23 no alarm is ever held back, however many there are', () => {
  const drive = driveDelivery().acts().sees(WEB);
  let pod = WEB;
  for (let n = 0; n < 25; n += 1) {
    drive.mints(pod);
    drive.answers(pod, 'token-gone');
    drive.endTokenLookUp(true);
    pod = pod.restarted(1);
    drive.sees(pod).advance(240_000);
  }
  assert.equal(alarms(drive).length, 25);
});
