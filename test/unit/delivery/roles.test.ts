import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vaultFailure } from '../../support/delivery/core-harness.ts';
import { aCustomer, customers } from '../../support/delivery/customers.ts';
import { type DeliveryDriver, driveDelivery } from '../../support/delivery/delivery-driver.ts';

const WEB = aCustomer().named('web-1').inNamespace('shop').asking('web');
const TYPO = aCustomer().named('typo-1').inNamespace('shop').asking('wbe').at('10.0.0.2');

/** Pods of one namespace that name a role each, which Vault does not have. */
function strangers(count: number) {
  return customers(count, (n) =>
    aCustomer().named(`x-${n}`).inNamespace('evil').asking(`nothing-${n}`),
  );
}

/** Answers every mint of a role that Vault does not have, and counts them. */
function refuseUnknown(drive: DeliveryDriver): number {
  let refused = 0;
  for (const { attempt, role } of drive.open('mint')) {
    if (!role.startsWith('nothing-')) continue;
    drive.endMint(attempt, vaultFailure('missing'));
    refused += 1;
  }
  return refused;
}

test('S14 a missing role is tried again with backoff; role, pod and Vault’s words are named', () => {
  const drive = driveDelivery().acts().sees(TYPO);
  const pauses: number[] = [];
  for (let n = 0; n < 7; n += 1) {
    drive.mintFails(TYPO, 'missing');
    const before = drive.now;
    drive.advanceTo(drive.core.nextWake() ?? assert.fail());
    pauses.push(drive.now - before);
  }
  assert.deepEqual(pauses, [750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500]);
  const [told] = drive.reports('waiting');
  assert.equal(told?.pod.name, 'typo-1');
  assert.deepEqual(told?.reason, {
    kind: 'role-missing',
    role: 'wbe',
    words: 'Vault says missing',
  });
  assert.equal(drive.reports('waiting').length, 1);
});

test('S14 a role that is made in the end is served within its backoff, however long it was missing', () => {
  const drive = driveDelivery().acts().sees(TYPO);
  for (let n = 0; n < 200; n += 1) drive.mintFails(TYPO, 'missing').advance(30_000);
  drive.exchanges(TYPO);
});

test('S14 a missing role costs one mint for all its pods, and delays no other role', () => {
  const typos = customers(100, (n) => TYPO.named(`typo-${n}`));
  const drive = driveDelivery()
    .acts()
    .sees(...typos, WEB);
  drive.exchanges(WEB);
  drive.mintFails(typos[0] ?? TYPO, 'missing').advance(700);
  assert.equal(drive.asked('mint').filter(({ role }) => role === 'wbe').length, 1);
  assert.equal(new Set(drive.reports('waiting').map(({ pod }) => pod.uid)).size, 100);
});

test('S14 a role that Vault has lost slows its pods, until Vault has it again', () => {
  const [first, second] = [WEB, WEB.named('web-2').at('10.0.0.2')];
  const drive = driveDelivery().acts().sees(first);
  drive.exchanges(first);
  drive.sees(second).mintFails(second, 'missing');
  assert.deepEqual(drive.underwayFor(second), []);
  drive.advance(750);
  drive.exchanges(second);
});

test('S14 five thousand roles that do not exist cost a bounded number of mints a second', () => {
  const drive = driveDelivery()
    .acts()
    .sees(...strangers(5_000));
  let refused = refuseUnknown(drive);
  for (let second = 0; second < 30; second += 1) {
    const before = refused;
    for (let tick = 0; tick < 50; tick += 1) {
      drive.advance(20);
      refused += refuseUnknown(drive);
    }
    assert.ok(refused - before <= (second === 0 ? 250 : 51), `${refused - before} in a second`);
  }
});

test('S14 beside them every other role is served at full speed, and a new one in its turn', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.exchanges(WEB);
  drive.sees(...strangers(5_000));
  for (let n = 0; n < 200; n += 1) {
    refuseUnknown(drive);
    drive.advance(20);
    const known = WEB.named(`known-${n}`).at(`10.8.0.${n}`);
    drive.sees(known);
    drive.exchanges(known);
  }
  const fresh = aCustomer().named('fresh').inNamespace('bank').asking('money').at('10.9.0.1');
  drive.sees(fresh).advance(40);
  drive.exchanges(fresh);
});

test('S14 after 403 one look at the own token decides for all roles that were refused', () => {
  const roles = customers(20, (n) => aCustomer().named(`p-${n}`).asking(`role-${n}`));
  const drive = driveDelivery()
    .acts()
    .sees(...roles);
  for (const pod of roles) drive.mintFails(pod, 'denied');
  assert.equal(drive.asked('look-up-self').length, 1);
  assert.equal(drive.reports('role-problem').length, 0);
  drive.sees(WEB);
  drive.exchanges(WEB);
  drive.ownTokenIs('valid');
  assert.equal(drive.reports('role-problem').length, 20);
  assert.ok(drive.reports('role-problem').every(({ problem }) => problem.kind === 'role-denied'));
});

test('S14 a role that is denied for long is served soon after the policy allows it', () => {
  const drive = driveDelivery().acts().sees(WEB);
  for (let n = 0; n < 100; n += 1)
    drive.mintFails(WEB, 'denied').ownTokenIs('valid').advance(30_000);
  drive.exchanges(WEB);
});

test('S30 if the own token is dead too, everything pauses, and goes on when there is a new one', () => {
  const other = aCustomer().named('other').inNamespace('bank').asking('money').at('10.0.0.3');
  const drive = driveDelivery().acts().sees(WEB);
  drive.exchanges(WEB);
  const next = WEB.named('web-2').at('10.0.0.2');
  drive.sees(next).mintFails(next, 'denied').ownTokenIs('invalid').sees(other);
  assert.deepEqual([...drive.underway.values()], []);
  const [paused] = drive.reports('vault-paused');
  assert.equal(paused?.problem.problem, 'token-invalid');
  assert.equal(paused?.namespace, undefined);
  assert.deepEqual(
    drive
      .reports('waiting')
      .map(({ pod }) => pod.name)
      .sort(),
    ['other', 'web-2'],
  );
  drive.advance(400);
  assert.equal(drive.underway.size, 1);
  const [tries] = drive.underway.values();
  const first = tries?.kind === 'mint' && tries.pod.uid === next.uid ? next : other;
  drive.exchanges(first);
  drive.exchanges(first === next ? other : next);
  assert.equal(drive.reports('vault-resumed').length, 1);
});

test('S15 if the look at the own token fails too, everything waits for Vault', () => {
  const drive = driveDelivery().acts().sees(WEB).mintFails(WEB, 'denied').ownTokenIs('unknown');
  assert.deepEqual(
    drive.reports('vault-paused').map(({ problem }) => problem.problem),
    ['unavailable'],
  );
  drive.advance(400);
  drive.exchanges(WEB);
});

test('S16 a role that Vault has never accepted is not named where metrics count failed mints', () => {
  const drive = driveDelivery().acts().sees(TYPO).mintFails(TYPO, 'missing').sees(WEB);
  drive.exchanges(WEB);
  const next = WEB.named('web-2').at('10.0.0.3');
  drive.sees(next).mintFails(next, 'unavailable');
  assert.deepEqual(
    drive.reports('mint-failed').map(({ role }) => role),
    [undefined, 'web'],
  );
});

test('S3 what Vault said of a role is forgotten when no pod asks for it any more', () => {
  const drive = driveDelivery().acts().sees(TYPO).mintFails(TYPO, 'missing').loses(TYPO);
  drive.advance(60_000);
  assert.equal(drive.core.nextWake(), undefined);
  drive.sees(TYPO).mintFails(TYPO, 'missing');
  assert.equal(drive.reports('role-problem').at(-1)?.retryInMs, 750);
});
