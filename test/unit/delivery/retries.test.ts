import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aCustomer } from '../../support/delivery/customers.ts';
import { type DeliveryDriver, driveDelivery } from '../../support/delivery/delivery-driver.ts';

const WEB = aCustomer().named('web-1').inNamespace('shop').asking('web');

/** Refuses every connection until the core asks for something else than a push; the pauses in between, ms. */
function refusedPauses(drive: DeliveryDriver, most = Number.POSITIVE_INFINITY): number[] {
  const pauses: number[] = [];
  while (drive.underwayFor(WEB).includes('push') && pauses.length < most) {
    drive.refuses(WEB);
    const before = drive.now;
    drive.advanceTo(drive.core.nextWake() ?? assert.fail('it never wakes'));
    pauses.push(drive.now - before);
  }
  return pauses;
}

test('S13 a container that does not listen yet is tried again within tens of ms, then ever more seldom', () => {
  const drive = driveDelivery({ ttlMs: 600_000 }).acts().sees(WEB);
  drive.mints(WEB);
  const pauses = refusedPauses(drive, 14);
  assert.deepEqual(pauses.slice(0, 4), [15, 30, 60, 120]);
  assert.deepEqual(pauses.slice(-2), [1_500, 1_500]);
  assert.deepEqual(
    pauses,
    pauses.toSorted((a, b) => a - b),
  );
});

test('S13 the pauses are spread by jitter, and stay within half and whole', () => {
  for (const [random, first, longest] of [
    [0, 10, 1_000],
    [0.999_999, 20, 2_000],
  ] as const) {
    const drive = driveDelivery({ ttlMs: 600_000, random: () => random })
      .acts()
      .sees(WEB);
    drive.mints(WEB);
    const pauses = refusedPauses(drive, 14).map(Math.round);
    assert.equal(pauses[0], first);
    assert.equal(pauses.at(-1), longest);
  }
});

test('S13 one word is lost about it after about five seconds, not before, and only once', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  refusedPauses(drive, 8);
  assert.equal(drive.reports('waiting').length, 0);
  refusedPauses(drive, 5);
  assert.deepEqual(
    drive.reports('waiting').map(({ reason }) => reason),
    [{ kind: 'not-listening', address: '10.0.0.1:50000', words: 'ECONNREFUSED' }],
  );
});

test('S11 the same token is pushed for as long as it lives, less a margin, and then destroyed', () => {
  const drive = driveDelivery().acts().sees(WEB);
  const token = drive.mints(WEB);
  const start = drive.now;
  refusedPauses(drive);
  assert.ok(drive.asked('push').every((push) => push.token === token));
  assert.equal(drive.asked('mint').length, 1);
  assert.deepEqual(drive.destroyed(), [token.accessor]);
  assert.ok(drive.now - start >= 55_000 && drive.now - start <= 65_000, `${drive.now - start}`);
});

test('S11 after a token expired unheard, nothing is minted before a connection has stood', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  refusedPauses(drive);
  assert.deepEqual(drive.underwayFor(WEB), ['probe']);
  for (let n = 0; n < 50; n += 1) {
    drive.probes(WEB, 'ECONNREFUSED').advance(10_000);
    assert.deepEqual(drive.underwayFor(WEB), ['probe']);
  }
  drive.probes(WEB);
  assert.deepEqual(drive.underwayFor(WEB), ['mint']);
  drive.exchanges(WEB);
  drive.sees(WEB.ended(0));
  assert.equal(drive.reports('delivered').length, 1);
});

test('S11 a token whose mint took most of its life is not pushed twice', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.advance(9_000);
  drive.mints(WEB, { ttlMs: 10_000, askedAt: drive.now - 9_000 });
  drive.refuses(WEB).advance(20);
  assert.deepEqual(drive.underwayFor(WEB), ['probe']);
});

test('S11 a pod is minted for six times a minute and thirty times an hour at most, whatever happens', () => {
  const drive = driveDelivery().acts();
  const mintedAt: number[] = [];
  let pod = WEB;
  drive.sees(pod);
  const end = drive.now + 3 * 3_600_000;
  while (drive.now < end) {
    if (drive.underwayFor(pod).includes('mint')) {
      mintedAt.push(drive.now);
      drive.mints(pod);
      drive.answers(pod, 'bad-push');
    }
    // A new start each second, so that no backoff stands in the way.
    pod = pod.restarted(1);
    drive.sees(pod).advance(1_000);
  }
  for (const [index, time] of mintedAt.entries()) {
    assert.ok((mintedAt[index + 6] ?? end * 2) - time >= 60_000, 'more than 6 in a minute');
    assert.ok((mintedAt[index + 30] ?? end * 2) - time >= 3_600_000, 'more than 30 in an hour');
  }
  assert.equal(mintedAt.length, 90);
});

test('S11 a pod that reached its limit is told so, and is served when the time has come', () => {
  const drive = driveDelivery().acts();
  let pod = WEB;
  for (let n = 0; n < 6; n += 1) {
    drive.sees(pod).mints(pod);
    drive.answers(pod, 'token-gone');
    pod = pod.restarted(1);
  }
  drive.sees(pod);
  assert.deepEqual(drive.reports('waiting').at(-1)?.reason, { kind: 'mint-limit' });
  drive.advance(59_999);
  assert.deepEqual(drive.underwayFor(pod), []);
  drive.advance(1);
  drive.exchanges(pod);
});

test('S11 a token whose body was sent is never pushed again', () => {
  const ends: readonly ((drive: DeliveryDriver) => void)[] = [
    (drive) => drive.resets(WEB),
    (drive) => drive.answers(WEB, 'busy'),
    (drive) => drive.answers(WEB, 'vault-unreachable'),
    (drive) => drive.answersForeign(WEB, 500),
    (drive) => drive.takes(WEB).advance(30_000),
  ];
  for (const end of ends) {
    const drive = driveDelivery().acts().sees(WEB);
    const first = drive.mints(WEB);
    end(drive);
    drive.advance(2_000);
    const second = drive.mints(WEB);
    assert.deepEqual(
      drive.asked('push').map(({ token }) => token),
      [first, second],
    );
  }
});
