import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileGlob } from '../../../src/base/pattern.ts';
import { aCustomer, type CustomerBuilder } from '../../support/delivery/customers.ts';
import { driveDelivery } from '../../support/delivery/delivery-driver.ts';

const WEB = aCustomer().named('web-1').inNamespace('shop').asking('web');

const authorization = [
  {
    approles: [compileGlob('web'), compileGlob('shop-*')],
    namespaces: [compileGlob('shop')],
    hostNetwork: false,
  },
];

const drivers = () => driveDelivery({ authorization }).acts();

test('S9 a pod that no rule allows is refused, with a reason, and nothing is minted for it', () => {
  const thief = WEB.inNamespace('evil').at('10.0.0.2');
  const drive = drivers().sees(
    thief,
    WEB.asking('vault-admin').named('web-2'),
    WEB.onHostNetwork(),
  );
  drive.advance(3_600_000);
  assert.deepEqual(drive.asked('mint'), []);
  const refused = drive.reports('hindered').map(({ pod, by, detail }) => [pod.uid, by, detail]);
  assert.deepEqual(refused, [
    ['evil/web-1#0', 'not-authorized', 'web'],
    ['shop/web-2#0', 'not-authorized', 'vault-admin'],
    ['shop/web-1#0', 'not-authorized', 'web'],
  ]);
});

const CHANGES: readonly [what: string, changed: CustomerBuilder][] = [
  ['for a role that it may not have', WEB.asking('vault-admin')],
  ['for another role', WEB.asking('shop-db')],
  ['for nothing', WEB.asking(undefined)],
];

for (const [what, changed] of CHANGES) {
  test(`S9 a token that is being minted when the pod comes to ask ${what} is dropped and destroyed`, () => {
    const drive = drivers().sees(WEB);
    drive.sees(changed);
    drive.mints(WEB, { accessor: 'of-web' });
    assert.deepEqual(drive.asked('push'), []);
    assert.deepEqual(drive.destroyed(), ['of-web']);
  });

  test(`S9 a token that waits to be pushed when the pod comes to ask ${what} is dropped and destroyed`, () => {
    const drive = drivers().sees(WEB);
    drive.mints(WEB, { accessor: 'of-web' });
    drive.refuses(WEB).forget().sees(changed).advance(60_000);
    assert.deepEqual(drive.asked('push'), []);
    assert.deepEqual(drive.destroyed(), ['of-web']);
  });

  test(`S9 a push that is under way when the pod comes to ask ${what} is broken off`, () => {
    const drive = drivers().sees(WEB);
    drive.mints(WEB, { accessor: 'of-web' });
    drive.connects(WEB).sees(changed);
    assert.equal(drive.asked('abort').length, 1);
    // It was sent: the init container may be at work with it for as long as it lives.
    drive.sees(changed.ended(1)).advance(60_000 + 25_000 - 1);
    assert.deepEqual(drive.destroyed(), []);
    drive.advance(1);
    assert.deepEqual(drive.destroyed(), ['of-web']);
  });
}

test('S9 a pod that comes to ask for another role of its own gets that one', () => {
  const changed = WEB.asking('shop-db');
  const drive = drivers().sees(WEB, changed);
  drive.mints(WEB);
  const mints = drive.asked('mint').map(({ role }) => role);
  assert.deepEqual(mints, ['web', 'shop-db']);
  assert.equal(drive.exchanges(changed).role, 'shop-db');
});

test('S9 a role of the same name in other letters is no change', () => {
  const drive = drivers().sees(WEB);
  drive.mints(WEB);
  drive.connects(WEB).sees(WEB.asking('Web'));
  assert.deepEqual(drive.asked('abort'), []);
});
