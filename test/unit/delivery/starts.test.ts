import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aCustomer } from '../../support/delivery/customers.ts';
import { driveDelivery } from '../../support/delivery/delivery-driver.ts';

const WEB = aCustomer().named('web-1').inNamespace('shop').asking('web');

test('S4 pods of one name in two namespaces are two customers', () => {
  const other = WEB.inNamespace('bank').at('10.0.0.2');
  const drive = driveDelivery().acts().sees(WEB, other);
  drive.exchanges(WEB);
  drive.exchanges(other);
  drive.sees(WEB.ended(0), other.ended(0));
  const delivered = drive.reports('delivered').map(({ pod }) => pod.uid);
  assert.deepEqual(delivered, [WEB.uid, other.uid]);
});

test('S4 a pod that was deleted and made again is another customer, even at the same address', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.exchanges(WEB);
  const again = WEB.recreated();
  drive.sees(again);
  assert.equal(drive.mintOf(again).pod.uid, again.uid);
  drive.loses(WEB);
  drive.exchanges(again);
  drive.sees(again.ended(0));
  assert.deepEqual(
    drive.reports('delivered').map(({ pod }) => pod.uid),
    [again.uid],
  );
});

test('S5 nothing is done for pods that are no customers, and those who made a mistake are told', () => {
  const drive = driveDelivery().acts();
  drive.sees(
    WEB.named('no-ip').at(),
    WEB.named('deleting').deleting(),
    WEB.named('no-annotation').asking(undefined).naming(undefined).withoutContainer(),
    WEB.named('typo').withoutContainer(),
    WEB.named('half').asking(undefined),
    WEB.named('early').waiting(),
  );
  assert.deepEqual(drive.asked('mint'), []);
  const hindered = drive.reports('hindered').map(({ pod, by }) => `${pod.name}: ${by}`);
  assert.deepEqual(hindered, [
    'no-ip: no-ip',
    'typo: init-container-absent',
    'half: no-approle-annotation',
    'early: init-container-not-running',
  ]);
});

test('S5 what hinders a pod is told once, and again when it is something else', () => {
  const drive = driveDelivery().acts();
  drive.sees(WEB.asking('../x'), WEB.asking('../x').inPhase('Running'), WEB.asking('../y'));
  assert.deepEqual(
    drive.reports('hindered').map(({ detail }) => detail),
    ['../x', '../y'],
  );
});

test('S6 a pod that loses its address, or is deleted, while it waits to be pushed to gets no push', () => {
  for (const change of [WEB.deleting(), WEB.at()]) {
    const drive = driveDelivery().acts().sees(WEB);
    drive.mints(WEB);
    drive.refuses(WEB).sees(change).advance(60_000);
    assert.deepEqual([...drive.underway.values()], []);
    assert.deepEqual(drive.destroyed(), ['accessor-1']);
  }
});

test('S6 a pod whose address changes is pushed to at the new one, with a token of its own', () => {
  const moved = WEB.at('10.0.0.99');
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.refuses(WEB).sees(moved);
  drive.mints(moved);
  assert.equal(drive.pushTo(moved).ip, '10.0.0.99');
  assert.deepEqual(drive.destroyed(), ['accessor-1']);
});

test('S6 a push in flight to an address that the pod has no longer is broken off', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.sees(WEB.deleting());
  assert.equal(drive.asked('abort').length, 1);
  assert.deepEqual(drive.destroyed(), ['accessor-1']);
});

test('S8 an init container that runs again beside its running app is served like a first start', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.exchanges(WEB);
  drive.sees(WEB.ended(0), WEB.ended(0).inPhase('Running'));
  assert.equal(drive.core.counts().pods, 0);
  const again = WEB.inPhase('Running').restarted(0);
  drive.sees(again);
  drive.exchanges(again);
  drive.sees(again.ended(0));
  assert.equal(drive.reports('delivered').length, 2);
});

test('S8 a native sidecar is served until it is started, and asks again by a new start', () => {
  const sidecar = WEB.asSidecar(false);
  const drive = driveDelivery().acts().sees(sidecar);
  drive.exchanges(sidecar);
  drive.sees(sidecar.asSidecar(true));
  assert.equal(drive.reports('delivered').length, 1);
  assert.equal(drive.core.counts().pods, 0);
  const again = sidecar.inPhase('Running').restarted(1).asSidecar(false);
  drive.sees(again);
  assert.deepEqual(drive.underwayFor(again), ['mint']);
});

test('S12 a pod is served once for each start: not again while that one runs, and again after it restarts', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.exchanges(WEB);
  drive.sees(WEB, WEB, WEB).lists(WEB).advance(29_000);
  assert.equal(drive.asked('mint').length, 1);
  drive.sees(WEB.restarted(1));
  assert.equal(drive.asked('mint').length, 2);
});

test('S12 a status that gains the container’s id later tells of the same start', () => {
  const drive = driveDelivery().acts().sees(WEB.runningWithoutId());
  drive.exchanges(WEB);
  drive.sees(WEB, WEB.ended(0));
  assert.equal(drive.asked('mint').length, 1);
  assert.equal(drive.reports('delivered').length, 1);
});

test('S12 the end of a start is known by the next one, if nobody saw it', () => {
  const drive = driveDelivery().acts().sees(WEB.runningWithoutId(), WEB);
  drive.exchanges(WEB);
  drive.sees(WEB.restarted(0).inPhase('Running'));
  assert.equal(drive.reports('delivered').length, 1);
  assert.deepEqual(drive.underwayFor(WEB), ['mint']);
});

test('S12 a start that fails is reported with its exit code, once, and its secret_id destroyed in time', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.exchanges(WEB);
  drive.sees(WEB.ended(3), WEB.ended(3), WEB.restarted(3));
  assert.deepEqual(
    drive.reports('not-finished').map(({ exitCode }) => exitCode),
    [3],
  );
  assert.deepEqual(drive.destroyed(), []);
  drive.advance(60_000 + 25_000);
  assert.deepEqual(drive.destroyed(), ['accessor-1']);
});

test('S2 a pod that a whole list does not show is gone; the others are served once', () => {
  const [gone, stays] = [WEB.named('gone').at('10.0.0.7'), WEB];
  const drive = driveDelivery().acts().sees(gone, stays);
  drive.mints(gone);
  drive.exchanges(stays);
  drive.lists(stays);
  assert.equal(drive.core.counts().pods, 1);
  drive.sees(stays.ended(0));
  assert.equal(drive.asked('mint').length, 2);
  assert.equal(drive.reports('delivered').length, 1);
});

test('S2 a list that another one replaces drops nobody', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.step({ kind: 'pods', event: { kind: 'sync-started' } });
  drive.lists(WEB);
  assert.equal(drive.core.counts().pods, 1);
});

test('S3 nothing is remembered of a pod that was served', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.exchanges(WEB);
  drive.sees(WEB.ended(0));
  assert.equal(drive.core.counts().pods, 0);
  assert.ok(!drive.core.isBusy());
  drive.advance(60_000);
  assert.equal(drive.core.nextWake(), undefined);
});
