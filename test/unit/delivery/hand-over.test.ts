import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aCustomer } from '../../support/customers.ts';
import { driveDelivery } from '../../support/delivery-driver.ts';

const WEB = aCustomer().named('web-1').inNamespace('shop').asking('web');
const DB = aCustomer().named('db-1').inNamespace('shop').asking('db').at('10.0.0.2');

test('S42 a controller that does not act mints and pushes nothing, and is ready at once when it does', () => {
  const drive = driveDelivery().sees(WEB).advance(3_600_000);
  assert.deepEqual(drive.actions, []);
  drive.acts();
  assert.deepEqual(drive.underwayFor(WEB), ['mint']);
});

test('S42 it forgets the pods that another controller serves, and reports nothing of them', () => {
  const drive = driveDelivery().sees(WEB, WEB.ended(0));
  assert.equal(drive.core.counts().pods, 0);
  assert.deepEqual(drive.reports('delivered'), []);
});

test('S41 at rest the pushes in flight are finished, and nothing new begins', () => {
  const drive = driveDelivery().acts().sees(WEB, DB);
  drive.mints(WEB);
  drive.connects(WEB).rests();
  assert.ok(drive.core.isBusy());
  drive.mints(DB);
  assert.deepEqual(drive.destroyed(), ['accessor-2']);
  drive.answers(WEB, 'exchanged', { tokenUsed: true }).sees(WEB.ended(0));
  assert.equal(drive.reports('delivered').length, 1);
  assert.equal(drive.asked('push').length, 1);
});

test('S41 tokens that were not sent are destroyed, and their pods served when it acts again', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.refuses(WEB).rests();
  assert.deepEqual(drive.destroyed(), ['accessor-1']);
  drive.advance(60_000);
  assert.deepEqual([...drive.underway.values()], []);
  drive.acts();
  drive.exchanges(WEB);
});

test('S41 a push that finds nobody while at rest is not repeated', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.rests().refuses(WEB).advance(60_000);
  assert.deepEqual(drive.destroyed(), ['accessor-1']);
  assert.equal(drive.asked('push').length, 1);
});

test('S41 an init container that the predecessor served answers done, and is believed by its status', () => {
  const successor = driveDelivery().acts().lists(WEB);
  successor.mints(WEB);
  successor.answers(WEB, 'done').sees(WEB.ended(0));
  assert.equal(successor.reports('delivered').length, 1);
  assert.deepEqual(successor.destroyed(), ['accessor-1']);
});

test('S41 what fails for Vault’s sake while at rest is taken up again when it acts', () => {
  const drive = driveDelivery().acts().sees(WEB).rests().mintFails(WEB, 'unavailable');
  drive.advance(60_000);
  assert.deepEqual(drive.asked('mint').length, 1);
  drive.acts();
  drive.exchanges(WEB);
});
