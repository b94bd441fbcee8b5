import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileGlob } from '../../../src/base/pattern.ts';
import { aCustomer } from '../../support/delivery/customers.ts';
import { driveDelivery } from '../../support/delivery/delivery-driver.ts';

const HOST = aCustomer().inNamespace('shop').asking('web').onHostNetwork().at('10.1.1.1');
const [FIRST, SECOND] = [HOST.named('first'), HOST.named('second').asking('db')];

test('S6 of pods that share address and port one is served at a time, and the others are told', () => {
  const drive = driveDelivery().acts().sees(FIRST, SECOND);
  assert.deepEqual(
    drive.asked('mint').map(({ pod }) => pod.name),
    ['first'],
  );
  assert.deepEqual(
    drive.reports('waiting').map(({ pod, reason }) => [pod.name, reason]),
    [['second', { kind: 'address-shared', address: '10.1.1.1:50000' }]],
  );
  drive.exchanges(FIRST);
  drive.advance(5_000);
  assert.equal(drive.asked('mint').length, 1);
  drive.sees(FIRST.ended(0)).advance(1_000);
  drive.exchanges(SECOND);
  assert.equal(drive.reports('waiting').length, 1);
});

test('S6 an address is free again when its pod is gone, or fails', () => {
  for (const end of [FIRST.deleting(), FIRST.ended(1), FIRST.asking('../x')]) {
    const drive = driveDelivery().acts().sees(FIRST, SECOND);
    drive.mints(FIRST);
    drive.sees(end).advance(1_000);
    assert.ok(drive.asked('mint').some(({ pod }) => pod.name === 'second'));
  }
});

test('S6 pods with ports of their own do not wait for each other', () => {
  const drive = driveDelivery().acts();
  drive.sees(FIRST.onPort('50001'), SECOND.onPort('50002'));
  assert.equal(drive.asked('mint').length, 2);
});

test('S6 a pod that waits with its token leaves the address to another', () => {
  const drive = driveDelivery().acts().sees(FIRST);
  drive.mints(FIRST);
  drive.refuses(FIRST).sees(SECOND);
  drive.exchanges(SECOND);
});

test('S9 where there are rules, only one that says so lets them ask', () => {
  const rule = {
    approles: [compileGlob('*')],
    namespaces: [compileGlob('shop')],
    hostNetwork: false,
  };
  const refused = driveDelivery({ authorization: [rule] })
    .acts()
    .sees(FIRST);
  assert.deepEqual(
    refused.reports('hindered').map(({ by }) => by),
    ['not-authorized'],
  );
  const allowed = driveDelivery({ authorization: [{ ...rule, hostNetwork: true }] }).acts();
  allowed.sees(FIRST);
  assert.equal(allowed.asked('mint').length, 1);
});
