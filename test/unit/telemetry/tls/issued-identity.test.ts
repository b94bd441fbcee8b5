import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../../src/base/secret.ts';
import { keepIssuedIdentity } from '../../../../src/telemetry/tls/issued-identity.ts';
import type { ServerIdentity } from '../../../../src/telemetry/tls/server-identity.ts';
import { createTestCa } from '../../../support/real/test-ca.ts';
import { recordedLog } from '../../../support/telemetry/recorded-log.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const ca = await createTestCa();
/** A clock whose wall clock shows the time of now, for certificates are of now. */
function clockOfNow() {
  const clock = virtualClock();
  const start = Date.now();
  return { ...clock, wallClock: () => start + clock.now() };
}

async function aCertificate(untilMs: number) {
  const { certPem, keyPem } = await ca.issue('kubernetes-vault', ['127.0.0.1'], {
    fromMs: -30_000,
    untilMs,
  });
  return { chain: `${certPem}\n${ca.caPem}`, key: new Secret(keyPem) };
}

type Issued = Awaited<ReturnType<typeof aCertificate>>;
type Issue = () => Promise<Issued>;

const ofAnHour = await aCertificate(3_600_000);
const another = await aCertificate(3_600_000);
const expired = await aCertificate(-1_000);
const ofASecond = await aCertificate(1_000);

/** Asks `issue` for identities, each time the next one, the last one for ever. */
function rig(...issues: readonly Issue[]) {
  const clock = clockOfNow();
  const { logger, lines, written } = recordedLog(clock);
  const shown: ServerIdentity[] = [];
  const counts = { requests: 0, failures: 0 };
  const counter = (what: keyof typeof counts) => ({
    inc() {
      counts[what] += 1;
    },
  });
  const asked: number[] = [];
  keepIssuedIdentity({
    issue() {
      const issue = issues[Math.min(asked.push(clock.now()), issues.length) - 1];
      return issue?.() ?? assert.fail('nothing to issue');
    },
    show: (identity) => void shown.push(identity),
    metrics: {
      certificateRenewals: counter('requests'),
      certificateRenewalFailures: counter('failures'),
    },
    logger,
    clock,
    random: () => 1,
  });
  return { clock, lines, written, shown, counts, asked };
}

const sealed: Issue = () => Promise.reject(new Error('Vault is sealed'));
const anHour: Issue = async () => ofAnHour;

test('S33 an identity of an hour is shown, and the next one at half its life', async () => {
  const { clock, shown, asked, counts } = rig(anHour);
  await clock.advanceAsync(0);
  assert.equal(shown.length, 1);
  await clock.advanceAsync(1_799_000);
  assert.equal(shown.length, 1);
  await clock.advanceAsync(2_000);
  assert.equal(shown.length, 2);
  assert.equal(asked.length, 2);
  assert.deepEqual(counts, { requests: 2, failures: 0 });
});

test('S33 a renewal that fails leaves the old one, is tried again, and says what it means', async () => {
  const { clock, shown, lines, counts } = rig(anHour, sealed);
  await clock.advanceAsync(1_800_000);
  await clock.advanceAsync(10_000);
  assert.equal(shown.length, 1);
  assert.equal(counts.failures, 4);
  assert.deepEqual(
    [...new Set(lines)],
    ['warn: cannot renew the certificate of the metrics; the old one stays in use'],
  );
  await clock.advanceAsync(1_800_000);
  assert.equal(lines.at(-1), 'error: the certificate of the metrics has expired');
});

test('S33 without a first one it goes on asking, and the log says that nobody can read the metrics', async () => {
  const { clock, shown, lines } = rig(sealed, sealed, anHour);
  await clock.advanceAsync(10_000);
  const line = 'error: no certificate for the metrics yet: nobody can read them';
  assert.deepEqual(lines, [line, line]);
  assert.equal(shown.length, 1);
});

test('S33 a certificate that is of another key, or none, is a failed renewal', async () => {
  const other: Issue = async () => ({ ...ofAnHour, key: another.key });
  const none: Issue = async () => ({ chain: 'none', key: new Secret('none') });
  const { clock, shown, written } = rig(anHour, other, none);
  await clock.advanceAsync(1_800_000);
  await clock.advanceAsync(2_000);
  assert.equal(shown.length, 1);
  assert.match(written.join(), /holds the key of another certificate/);
  assert.match(written.join(), /holds no PEM certificate/);
});

for (const [what, issued] of [
  ['has expired already', expired],
  ['lives a second', ofASecond],
] as const) {
  test(`S33 an issuer whose certificate ${what} is not asked without end`, async () => {
    const { clock, asked } = rig(async () => issued);
    await clock.advanceAsync(60_000);
    assert.equal(asked.length, 13);
  });
}

test('S18 a key is in no log line', async () => {
  const key = another.key.reveal();
  const other: Issue = async () => ({ ...ofAnHour, key: another.key });
  const cut: Issue = async () => ({ ...ofAnHour, key: new Secret(key.slice(0, 90)) });
  const { clock, written } = rig(other, cut);
  await clock.advanceAsync(10_000);
  assert.ok(written.length > 2);
  const [, line = ''] = key.split('\n');
  assert.ok(!written.join().includes(line.slice(0, 20)));
});
