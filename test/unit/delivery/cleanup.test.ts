import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vaultFailure } from '../../support/delivery/core-harness.ts';
import { aCustomer, customers } from '../../support/delivery/customers.ts';
import { type DeliveryDriver, driveDelivery } from '../../support/delivery/delivery-driver.ts';

const WEB = aCustomer().named('web-1').inNamespace('shop').asking('web');
/** The wrapping token's 60 s, and the longest that an init container may be at work with it. */
const AFTER_UNKNOWN = 60_000 + 25_000;

function sent(): DeliveryDriver {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  return drive.connects(WEB);
}

/** Advances until something is destroyed; the ms that it took. */
function untilDestroyed(drive: DeliveryDriver, within: number): number | undefined {
  const [start, before] = [drive.now, drive.asked('destroy').length];
  while (drive.asked('destroy').length === before) {
    const wake = drive.core.nextWake();
    if (wake === undefined || wake > start + within) return undefined;
    drive.advanceTo(wake);
  }
  return drive.now - start;
}

test('S11 after an attempt with unknown outcome the secret_id is destroyed when TTL and 25 s are over', () => {
  const ends: readonly (() => DeliveryDriver)[] = [
    () => sent().resets(WEB).sees(WEB.ended(1)),
    () => sent().resets(WEB).sees(WEB.restarted(1)),
    () => sent().resets(WEB).loses(WEB),
    () => sent().resets(WEB).lists(),
    () => sent().sees(WEB.ended(1)),
    () => sent().loses(WEB),
    () => sent().lists(),
    () => sent().answers(WEB, 'exchanged').sees(WEB.ended(1)),
    () => sent().resets(WEB).sees(WEB.deleting()).lists(),
  ];
  for (const [index, end] of ends.entries()) {
    assert.equal(untilDestroyed(end(), 600_000), AFTER_UNKNOWN, `case ${index}`);
  }
});

test('S11 and later, if its init container ends or its pod goes only then', () => {
  for (const end of [WEB.ended(1), WEB.restarted(1)]) {
    const drive = sent().resets(WEB);
    while (drive.open('mint').length === 0) drive.advance(1_000);
    drive.advance(300_000).sees(end);
    assert.equal(untilDestroyed(drive, 600_000), 25_000);
  }
});

test('S11 not while nothing is heard of the pod, for it may have ended well, and the watch be silent', () => {
  const drive = sent().resets(WEB).advance(1_000);
  drive.mints(WEB);
  drive.resets(WEB).advance(2_000);
  drive.mints(WEB);
  for (let n = 0; n < 100; n += 1) {
    if (drive.underwayFor(WEB).includes('push')) drive.refuses(WEB);
    if (drive.underwayFor(WEB).includes('probe')) drive.probes(WEB, 'ECONNREFUSED');
    drive.advance(10_000);
  }
  // Only the third, which was not sent.
  assert.deepEqual(drive.destroyed(), ['accessor-3']);
});

test('S11 but when somebody still listens at a time when the first push had to lead to an end', () => {
  const drive = sent().resets(WEB).advance(25_000);
  drive.mints(WEB);
  drive.resets(WEB);
  assert.equal(untilDestroyed(drive, 600_000), AFTER_UNKNOWN - 25_000);
  assert.deepEqual(drive.destroyed(), ['accessor-1']);
});

test('S11 and not at all if that init container has ended well by then', () => {
  const drive = sent().resets(WEB).sees(WEB.ended(0));
  assert.equal(untilDestroyed(drive, 600_000), undefined);
  assert.equal(drive.reports('delivered')[0]?.accessor, 'accessor-1');
});

test('S11 not even if what the pod asks for has changed meanwhile', () => {
  const changed = WEB.asking('other');
  for (const meanwhile of [changed, WEB.asking('../bad'), WEB.at('10.0.0.9')]) {
    const drive = sent().resets(WEB).sees(meanwhile, meanwhile.ended(0));
    assert.ok(!destroyedLater(drive).includes('accessor-1'));
  }
});

test('S11 nor if a later start of it ended well, which may have got what was meant for that one', () => {
  const drive = sent().resets(WEB).sees(WEB.ended(1), WEB.restarted(1), WEB.restarted(1).ended(0));
  assert.deepEqual(destroyedLater(drive), []);
});

test('S11 nor if the first that is told of the later start is that it ended well', () => {
  for (const drive of [sent(), sent().resets(WEB)]) {
    drive.sees(WEB.restarted(137).ended(0));
    assert.deepEqual(destroyedLater(drive), []);
  }
});

test('S11 but at once if that later start is known to use another', () => {
  const again = WEB.restarted(1);
  const drive = sent().resets(WEB).sees(WEB.ended(1), again);
  drive.exchanges(again);
  assert.deepEqual(drive.destroyed(), []);
  drive.sees(again.ended(0));
  assert.deepEqual(drive.destroyed(), ['accessor-1']);
});

function destroyedLater(drive: DeliveryDriver): (string | undefined)[] {
  return drive.forget().advance(600_000).destroyed();
}

for (const answer of ['busy', 'done'] as const) {
  test(`S11 where ${answer} follows an unknown outcome, the second secret_id goes at once, the first keeps its time`, () => {
    const drive = sent().resets(WEB).advance(1_000);
    drive.mints(WEB);
    drive.answers(WEB, answer);
    assert.deepEqual(drive.destroyed(), ['accessor-2']);
    drive.endDestroy();
    drive.sees(WEB.ended(0));
    const [delivered] = drive.reports('delivered');
    assert.equal(delivered?.accessor, 'accessor-1', 'the credential in use is the first one');
    assert.deepEqual(destroyedLater(drive), []);
  });
}

test('S11 where another controller pushed before, the accessor in use is not known', () => {
  const drive = sent().answers(WEB, 'done').sees(WEB.ended(0));
  assert.equal(drive.reports('delivered')[0]?.accessor, undefined);
});

test('S11 a push that is under way when the init container ends well is left to finish', () => {
  const drive = sent().sees(WEB.ended(0));
  assert.equal(drive.reports('delivered').length, 1);
  drive.resets(WEB);
  assert.deepEqual(drive.asked('abort'), []);
  assert.deepEqual(destroyedLater(drive), []);
  assert.equal(drive.reports('push-failed').length, 0);
});

test('S11 a token that was minted for a pod that is gone meanwhile is destroyed', () => {
  const drive = driveDelivery().acts().sees(WEB).loses(WEB);
  drive.mints(WEB);
  assert.deepEqual(drive.destroyed(), ['accessor-1']);
});

test('S11 a token that never left the house is destroyed when the pod is served otherwise', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.refuses(WEB).sees(WEB.ended(0));
  assert.deepEqual(drive.destroyed(), ['accessor-1']);
});

test('S11 a secret_id whose accessor Vault did not tell is left to its TTL', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB, { accessor: undefined });
  drive.answers(WEB, 'token-gone');
  assert.deepEqual(drive.asked('destroy'), []);
});

test('S11 what Vault fails to destroy is tried five times, then reported', () => {
  const drive = sent().answers(WEB, 'write-failed', { tokenUsed: true });
  const pauses: (number | undefined)[] = [];
  for (let n = 0; n < 5; n += 1) {
    drive.endDestroy(vaultFailure('unreachable'));
    pauses.push(untilDestroyed(drive, 600_000));
  }
  assert.deepEqual(pauses, [10_000, 20_000, 30_000, 40_000, undefined]);
  const [failed] = drive.reports('clean-up-failed');
  assert.equal(failed?.accessor, 'accessor-1');
});

test('S11 what the policy does not allow to destroy is reported at once', () => {
  const drive = sent().answers(WEB, 'write-failed', { tokenUsed: true });
  drive.endDestroy(vaultFailure('denied'));
  assert.equal(drive.reports('clean-up-failed').length, 1);
  assert.equal(untilDestroyed(drive, 600_000), undefined);
});

/** So many pods, each with a token that waits for its init container to listen. */
function refused(count: number): DeliveryDriver {
  const pods = customers(count, (n) => WEB.named(`web-${n}`));
  const drive = driveDelivery()
    .acts()
    .sees(...pods);
  for (let ended = -1; ended !== drive.asked('mint').length; ) {
    ended = drive.asked('mint').length;
    for (const pod of pods) {
      if (!drive.underwayFor(pod).includes('mint')) continue;
      drive.mints(pod);
      drive.refuses(pod);
    }
  }
  return drive.forget();
}

test('S17 of a heap of secret_ids only a few are destroyed at once, so that no mint waits behind them', () => {
  const drive = refused(50).rests();
  assert.equal(drive.asked('destroy').length, 8);
  for (let n = 0; n < 50; n += 1) {
    drive.endDestroy();
  }
  assert.equal(new Set(drive.destroyed()).size, 50);
  assert.ok(!drive.core.isBusy());
});

test('S15 none is destroyed while Vault is away', () => {
  const drive = refused(20);
  const [a, b] = [WEB.inNamespace('a').at('10.0.0.2'), WEB.inNamespace('b').at('10.0.0.3')];
  drive.sees(a, b).mintFails(a, 'unreachable').mintFails(b, 'unreachable').rests();
  assert.deepEqual(drive.asked('destroy'), []);
  drive.advance(500);
  assert.equal(drive.asked('destroy').length, 8);
});
