import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aCustomer } from '../../support/customers.ts';
import { driveDelivery } from '../../support/delivery-driver.ts';

const WEB = aCustomer().named('web-1').inNamespace('shop').asking('web');

test('S10 a push that the init container exchanged is delivered once the status shows exit code 0', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.exchanges(WEB);
  assert.equal(drive.reports('pushed').length, 1);
  assert.equal(drive.reports('delivered').length, 0);
  drive.sees(WEB.ended(0));
  assert.equal(drive.reports('delivered').length, 1);
});
