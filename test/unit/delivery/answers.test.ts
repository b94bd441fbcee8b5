import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Result } from '../../../src/wire/answer.ts';
import { aCustomer } from '../../support/delivery/customers.ts';
import { type DeliveryDriver, driveDelivery } from '../../support/delivery/delivery-driver.ts';

const WEB = aCustomer().named('web-1').inNamespace('shop').asking('web');

/** A push to the pod stands, and waits for its answer. */
function pushed(): DeliveryDriver {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  return drive.connects(WEB).forget();
}

interface Expectation {
  /** Whether the secret_id is destroyed at once. */
  readonly destroyed: boolean;
  /** Whether Vault is asked if the token is still there. */
  readonly lookedUp: boolean;
  /** What the pod is told to wait for. */
  readonly told: string | undefined;
  /** When, ms after the answer, the next mint is asked for; undefined: not in the next two hours. */
  readonly mintedAfter: number | undefined;
}

/** Half of a backoff of 1 s is jitter; the driver draws the middle. */
const BACKOFF = 750;
/** Then the pod's status has not proved what was answered, and the backoff follows. */
const UNPROVEN = 30_000 + BACKOFF;

const ANSWERS: readonly [answer: Result, tokenUsed: boolean, Expectation][] = [
  [
    'exchanged',
    true,
    { destroyed: false, lookedUp: false, told: undefined, mintedAfter: UNPROVEN },
  ],
  ['bad-push', false, { destroyed: true, lookedUp: true, told: 'answered', mintedAfter: BACKOFF }],
  [
    'pin-mismatch',
    false,
    { destroyed: true, lookedUp: true, told: 'answered', mintedAfter: BACKOFF },
  ],
  ['busy', false, { destroyed: true, lookedUp: true, told: 'answered', mintedAfter: 1_000 }],
  ['done', false, { destroyed: true, lookedUp: true, told: undefined, mintedAfter: UNPROVEN }],
  [
    'token-gone',
    false,
    { destroyed: true, lookedUp: true, told: 'answered', mintedAfter: BACKOFF },
  ],
  [
    'login-refused',
    true,
    { destroyed: true, lookedUp: false, told: 'answered', mintedAfter: BACKOFF },
  ],
  [
    'vault-unreachable',
    false,
    { destroyed: true, lookedUp: true, told: 'answered', mintedAfter: BACKOFF },
  ],
  [
    'vault-unreachable',
    true,
    { destroyed: true, lookedUp: false, told: 'answered', mintedAfter: BACKOFF },
  ],
  [
    'write-failed',
    true,
    { destroyed: true, lookedUp: false, told: 'answered', mintedAfter: undefined },
  ],
];

for (const [answer, tokenUsed, expected] of ANSWERS) {
  const what = tokenUsed ? `${answer}, the token used,` : answer;
  test(`S10 S21 the answer ${what} has its consequences`, () => {
    const drive = pushed().answers(WEB, answer, { tokenUsed });
    expect(drive, expected);
  });
}

test('S10 a 200 with an empty body, as of the original, is a push that the status must prove', () => {
  const drive = pushed().takes(WEB);
  expect(drive, { destroyed: false, lookedUp: false, told: undefined, mintedAfter: UNPROVEN });
});

for (const status of [200, 302, 404, 500]) {
  test(`S10 a foreign answer with status ${status} is no success`, () => {
    const drive = pushed().answersForeign(WEB, status);
    expect(drive, {
      destroyed: true,
      lookedUp: true,
      told: 'foreign-answer',
      mintedAfter: BACKOFF,
    });
  });
}

function expect(drive: DeliveryDriver, expected: Expectation): void {
  assert.equal(drive.destroyed().length > 0, expected.destroyed, 'destroyed');
  assert.equal(drive.asked('look-up-token').length > 0, expected.lookedUp, 'looked up');
  assert.equal(drive.reports('waiting')[0]?.reason.kind, expected.told, 'told');
  const start = drive.now;
  drive.forget();
  const limit = 2 * 3_600_000;
  while (drive.asked('mint').length === 0 && drive.now < start + limit) {
    drive.advanceTo(Math.min(drive.core.nextWake() ?? start + limit, start + limit));
  }
  assert.equal(
    drive.asked('mint').length > 0 ? drive.now - start : undefined,
    expected.mintedAfter,
  );
}

test('S21 an answer that looks good is believed only when the status shows exit code 0', () => {
  for (const result of ['exchanged', 'done'] as const) {
    const drive = pushed().answers(WEB, result);
    assert.equal(drive.reports('delivered').length, 0);
    drive.advance(29_999).sees(WEB.ended(0));
    assert.equal(drive.reports('delivered').length, 1, result);
    assert.equal(drive.core.counts().pods, 0);
  }
});

test('S21 without that proof within 30 s the pod is served again, and its reason says so', () => {
  const drive = pushed().answers(WEB, 'exchanged').advance(30_000);
  assert.deepEqual(
    drive.reports('waiting').map(({ reason }) => reason.kind),
    ['not-finished'],
  );
  assert.equal(drive.reports('not-finished').length, 1);
});

test('S22 busy is looked at again in 1 s, doubling to 60 s', () => {
  const drive = driveDelivery().acts().sees(WEB);
  const pauses: number[] = [];
  for (let n = 0; n < 8; n += 1) {
    drive.mints(WEB);
    drive.answers(WEB, 'busy');
    const before = drive.now;
    while (drive.underwayFor(WEB).length === 0) drive.advanceTo(drive.core.nextWake() ?? 0);
    pauses.push(drive.now - before);
  }
  assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

test('S21 after write-failed only a new start of the init container helps', () => {
  const drive = pushed().answers(WEB, 'write-failed', { tokenUsed: true });
  drive.advance(240_000);
  assert.deepEqual(drive.underwayFor(WEB), []);
  drive.sees(WEB.ended(1), WEB.restarted(1));
  assert.deepEqual(drive.underwayFor(WEB), ['mint']);
});

test('S21 what a pod is told, it is told once for each start', () => {
  const drive = driveDelivery().acts().sees(WEB);
  for (let n = 0; n < 4; n += 1) {
    drive.mints(WEB);
    drive.answers(WEB, 'login-refused', { tokenUsed: true }).advance(60_000);
  }
  assert.equal(drive.reports('waiting').length, 1);
  assert.equal(drive.reports('push-failed').length, 4);
});
