import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VaultErrorKind } from '../../../src/vault/client/vault-error.ts';
import { aCustomer, type CustomerBuilder, customers } from '../../support/delivery/customers.ts';
import { type DeliveryDriver, driveDelivery } from '../../support/delivery/delivery-driver.ts';

const WEB = aCustomer().named('web-1').inNamespace('shop').asking('web');
const TROUBLE: readonly VaultErrorKind[] = ['unavailable', 'throttled', 'unreachable', 'malformed'];

/** Ends every mint that is under way as `end` says; how many there were. */
function endMints(
  drive: DeliveryDriver,
  pods: readonly CustomerBuilder[],
  end: (pod: CustomerBuilder) => void,
): number {
  const mints = drive.open('mint');
  for (const { pod } of mints) end(pods.find(({ uid }) => uid === pod.uid) ?? assert.fail());
  return mints.length;
}

/** Each in a namespace and of a role of its own. */
function neighbours(count: number) {
  return customers(count, (n) =>
    aCustomer().named(`n-${n}`).inNamespace(`space-${n}`).asking(`role-${n}`),
  );
}

for (const kind of TROUBLE) {
  test(`S15 while Vault is ${kind} it is asked less and less, no pod is lost, and all are served after`, () => {
    const pods = neighbours(100);
    const drive = driveDelivery()
      .acts()
      .sees(...pods);
    let asked = 0;
    const start = drive.now;
    while (drive.now < start + 600_000) {
      asked += endMints(drive, pods, (pod) => drive.mintFails(pod, kind));
      drive.advanceTo(drive.core.nextWake() ?? assert.fail('it never wakes'));
    }
    assert.ok(asked < 32 + 600 / 2.5 + 10, `${asked} mints in 10 minutes`);
    assert.equal(drive.reports('vault-paused').filter(({ namespace }) => !namespace).length, 1);
    for (let n = 0; n < pods.length; n += 1) {
      endMints(drive, pods, (pod) => {
        drive.exchanges(pod);
        drive.sees(pod.ended(0));
      });
      drive.advance(100);
    }
    assert.equal(drive.reports('delivered').length, 100);
    assert.equal(drive.reports('vault-resumed').length, 1);
  });
}

test('S15 one pod alone is served within 5 s of Vault’s return, however long Vault was away', () => {
  const drive = driveDelivery().acts().sees(WEB);
  const start = drive.now;
  while (drive.now < start + 24 * 3_600_000) {
    drive.mintFails(WEB, 'unreachable').advance(5_000);
  }
  drive.exchanges(WEB);
  drive.sees(WEB.ended(0));
  assert.equal(drive.reports('delivered').length, 1);
});

test('S15 every pod that waits for Vault is told so, once', () => {
  const drive = driveDelivery().acts().sees(WEB).mintFails(WEB, 'unavailable');
  drive.sees(WEB.named('web-2').at('10.0.0.2')).advance(400);
  drive.mintFails(WEB, 'unavailable').advance(5_000);
  const told = drive.reports('waiting').map(({ pod, reason }) => `${pod.name} ${reason.kind}`);
  assert.deepEqual(told, ['web-1 vault-unavailable', 'web-2 vault-unavailable']);
});

test('S15 pushes go on while Vault is away', () => {
  const [first, second] = [WEB, WEB.named('web-2').inNamespace('bank').at('10.0.0.2')];
  const drive = driveDelivery().acts().sees(first);
  drive.mints(first);
  drive.sees(second).mintFails(second, 'unreachable').refuses(first).advance(20);
  drive.answers(first, 'exchanged').sees(first.ended(0));
  assert.equal(drive.reports('delivered').length, 1);
});

test('S15 the pause ends by itself, whatever else the core was to be woken for', () => {
  const drive = driveDelivery().acts();
  // More roles than may be tried at once, so that the core wants to be woken in 20 ms for the next.
  const strangers = neighbours(220);
  drive.sees(...strangers);
  for (let n = 0; n < 200; )
    n += endMints(drive, strangers, (pod) => drive.mintFails(pod, 'missing'));
  const [first, second] = [WEB, WEB.inNamespace('bank').at('10.0.0.2')];
  drive.sees(first, second).advance(200);
  endMints(drive, [...strangers, first, second], (pod) => drive.mintFails(pod, 'unreachable'));
  const wake = drive.core.nextWake();
  assert.ok(wake !== undefined && wake - drive.now <= 500);
});

test('S17 a pod for which alone Vault fails delays no other namespace', () => {
  const bad = aCustomer().named('bad').inNamespace('evil').asking('tarpit').at('10.6.6.6');
  const drive = driveDelivery().acts().sees(bad);
  for (let n = 0; n < 100; n += 1) {
    const good = customers(1, () => WEB.named(`good-${n}`))[0] ?? assert.fail();
    if (drive.underwayFor(bad).includes('mint')) drive.mintFails(bad, 'unavailable');
    drive.sees(good);
    drive.exchanges(good);
    drive.sees(good.ended(0)).advance(100);
  }
  assert.equal(drive.reports('delivered').length, 100);
  assert.deepEqual(
    drive.reports('vault-paused').map(({ namespace }) => namespace),
    ['evil'],
  );
});
