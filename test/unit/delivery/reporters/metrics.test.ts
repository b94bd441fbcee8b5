import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reporter } from '../../../../src/delivery/report.ts';
import { metricsReporter } from '../../../../src/delivery/reporters/metrics-reporter.ts';
import { measureWaiting } from '../../../../src/delivery/reporters/waiting-metrics.ts';
import { createMetrics } from '../../../../src/telemetry/metrics/metrics.ts';
import { aCustomer } from '../../../support/delivery/customers.ts';
import { type DeliveryDriver, driveDelivery } from '../../../support/delivery/delivery-driver.ts';
import { readSamples, sampleOf } from '../../../support/telemetry/read-metrics.ts';

const EPOCH = Date.parse('2026-01-01T00:00:00Z');
/** What the customers' containers are said to have started at. */
const STARTED_AT = EPOCH - 400;

type Labels = Readonly<Record<string, string>>;

/** A core with its metrics. Its clock's wall time goes along with it from EPOCH. */
function rig() {
  const usage = { residentBytes: () => 1, cpuSeconds: () => 1, openFiles: () => 1, startedAt: 1 };
  const metrics = createMetrics({ version: '1', runtime: 'v24' }, usage);
  let reporter: Reporter | undefined;
  const drive: DeliveryDriver = driveDelivery({
    onStep(actions) {
      for (const action of actions) if (action.kind === 'report') reporter?.report(action.report);
    },
  });
  const start = drive.now;
  const clock = {
    now: () => drive.now,
    wallClock: () => EPOCH + drive.now - start,
    callAt: () => () => {},
  };
  reporter = metricsReporter(metrics, clock);
  measureWaiting(metrics, drive.core, clock);
  const value = async (name: string, labels: Labels = {}) =>
    sampleOf(await metrics.expose(), name, labels);
  const series = async (name: string) =>
    readSamples(await metrics.expose())
      .filter((sample) => sample.name === `kubernetesvault_${name}` && sample.value !== 0)
      .map(({ labels, value: count }) => `${Object.values(labels).join()} ${count}`);
  return { drive: drive.acts(), value, series, metrics };
}

const web = aCustomer();
const MINTS = 'vault_secret_id_requests_total';
const MINT_FAILURES = 'vault_secret_id_requests_failures_total';
const PUSHES = 'server_secret_pushes_total';
const PUSH_FAILURES = 'server_secret_push_failures_total';

test('a mint and a push are counted for their role, and so is each of their failures', async () => {
  const { drive, value } = rig();
  drive.sees(web).exchanges(web);
  const approle = 'web';
  assert.equal(await value(MINTS, { approle }), 1);
  assert.equal(await value(MINT_FAILURES, { approle }), 0);
  assert.equal(await value(PUSHES, { approle }), 1);
  assert.equal(await value(PUSH_FAILURES, { approle }), 0);
  drive.sees(web.restarted()).mints(web);
  drive.answers(web, 'login-refused', { tokenUsed: true });
  assert.equal(await value(PUSHES, { approle }), 2);
  assert.equal(await value(PUSH_FAILURES, { approle }), 1);
});

test('S16 roles that Vault has not minted for count together, however many names pods come up with', async () => {
  const { drive, value, series } = rig();
  for (let n = 0; n < 20; n++) {
    const pod = aCustomer().named(`p-${n}`).at(`10.0.1.${n}`).asking(`made-up-${n}`);
    drive.sees(pod).mintFails(pod, 'missing');
  }
  const approle = '';
  assert.equal(await value(MINTS, { approle }), 20);
  assert.equal(await value(MINT_FAILURES, { approle }), 20);
  assert.deepEqual(await series(MINTS), [' 20']);
  const odd = aCustomer().named('odd').asking('"}\n# HELP x y');
  drive.sees(odd);
  assert.deepEqual(await series(MINTS), [' 20']);
});

test('S16 a role that Vault minted for before keeps its name when Vault denies it', async () => {
  const { drive, value } = rig();
  drive.sees(web).exchanges(web);
  const next = web.named('web-2').at('10.0.0.2');
  drive.sees(next).mintFails(next, 'missing');
  assert.equal(await value(MINT_FAILURES, { approle: 'web' }), 1);
  assert.equal(await value(MINT_FAILURES, { approle: '' }), 0);
});

test('an attempt that nobody listened to is no push; one whose token expired so is one that failed', async () => {
  const { drive, value } = rig();
  drive.sees(web).mints(web);
  const approle = 'web';
  for (let passed = 0; passed < 50_000; passed += 1_000) {
    if (drive.underwayFor(web).includes('push')) drive.refuses(web);
    drive.advance(1_000);
  }
  assert.equal(await value(PUSHES, { approle }), 0);
  while (!drive.underwayFor(web).includes('probe')) {
    if (drive.underwayFor(web).includes('push')) drive.refuses(web);
    drive.advance(1_000);
  }
  assert.equal(await value(PUSHES, { approle }), 1);
  assert.equal(await value(PUSH_FAILURES, { approle }), 1);
});

test('the time of a delivery and its parts are measured from the start of the container', async () => {
  const { drive, value, metrics } = rig();
  const facts = web.facts();
  const { container } = facts;
  assert.ok(container.kind === 'running');
  const started = { ...facts, container: { ...container, startedAt: STARTED_AT } };
  drive.step({ kind: 'pods', event: { kind: 'pod', facts: started } });
  drive.advance(20).mints(web);
  drive.advance(30).connects(web);
  drive.advance(200).answers(web, 'exchanged', { tokenUsed: true });
  drive.advance(1_000).sees(web.ended(0));
  const of = async (step: string) => await value('delivery_step_duration_seconds_sum', { step });
  assert.deepEqual(
    [await of('seen'), await of('minted'), await of('pushed'), await of('exchanged')],
    [0.4, 0.02, 0.03, 0.2],
  );
  assert.equal(await of('confirmed'), 1);
  assert.equal(await value('delivery_duration_seconds_sum'), 1.65);
  assert.equal(await value('delivery_duration_seconds_count'), 1);
  const bounds = readSamples(await metrics.expose())
    .filter(({ name }) => name === 'kubernetesvault_delivery_duration_seconds_bucket')
    .map(({ labels }) => labels['le']);
  assert.deepEqual([bounds[0], bounds.at(-2)], ['0.01', '300']);
});

test('a node whose clock is ahead makes no delivery take less than no time', async () => {
  const { drive, value } = rig();
  const facts = web.facts();
  assert.ok(facts.container.kind === 'running');
  const container = { ...facts.container, startedAt: EPOCH + 3_600_000 };
  drive.step({ kind: 'pods', event: { kind: 'pod', facts: { ...facts, container } } });
  drive.exchanges(web);
  drive.sees(web.ended(0));
  assert.equal(await value('delivery_step_duration_seconds_sum', { step: 'seen' }), 0);
  assert.equal(await value('delivery_duration_seconds_sum'), 0);
});

test('pods that wait are counted by what they wait for, and so is the oldest wait', async () => {
  const { drive, series, value } = rig();
  const missing = aCustomer().named('m').at('10.0.0.7').asking('missing');
  const also = aCustomer().named('n').at('10.0.0.8').asking('missing');
  const absent = aCustomer().named('a').withoutContainer();
  drive.sees(web, missing, absent).mints(web);
  drive.refuses(web);
  drive.mintFails(missing, 'missing').advance(10);
  drive.sees(also);
  assert.deepEqual(await series('pods_waiting'), ['not-listening 1', 'role-missing 2']);
  assert.equal(await value('oldest_wait_seconds', { reason: 'role-missing' }), 0.01);
  assert.deepEqual(await series('pods_hindered'), ['init-container-absent 1']);
});

test('what was waited for and is not any more stays as a series, at 0', async () => {
  const { drive, value } = rig();
  drive.sees(web).mints(web);
  drive.answers(web, 'pin-mismatch');
  drive.advance(100);
  assert.equal(await value('pods_waiting', { reason: 'pin-mismatch' }), 1);
  assert.equal(await value('oldest_wait_seconds', { reason: 'pin-mismatch' }), 0.1);
  drive.loses(web);
  assert.equal(await value('pods_waiting', { reason: 'pin-mismatch' }), 0);
  assert.equal(await value('oldest_wait_seconds', { reason: 'pin-mismatch' }), 0);
});

test('a pod on its way is counted at each step', async () => {
  const { drive, series } = rig();
  drive.sees(web);
  assert.deepEqual(await series('pods_waiting'), ['in-progress 1']);
  drive.mints(web);
  assert.deepEqual(await series('pods_waiting'), ['in-progress 1']);
  drive.answers(web, 'exchanged', { tokenUsed: true });
  assert.deepEqual(await series('pods_waiting'), ['confirmation 1']);
  drive.sees(web.ended(0));
  assert.deepEqual(await series('pods_waiting'), []);
});

test('S15 pods that wait for Vault are counted as such', async () => {
  const { drive, series } = rig();
  const other = aCustomer().inNamespace('office').at('10.0.0.9');
  drive.sees(web, other);
  drive.mintFails(web, 'unavailable').mintFails(other, 'unavailable');
  assert.deepEqual(await series('pods_waiting'), ['vault-unavailable 2']);
});

test('S42 a controller that does not act counts no pods: it does not know what they wait for', async () => {
  const { drive, series } = rig();
  const lost = aCustomer().named('lost').withoutContainer();
  drive.sees(web, lost);
  assert.deepEqual(await series('pods_waiting'), ['in-progress 1']);
  assert.deepEqual(await series('pods_hindered'), ['init-container-absent 1']);
  drive.rests();
  assert.deepEqual(await series('pods_waiting'), []);
  assert.deepEqual(await series('oldest_wait_seconds'), []);
  assert.deepEqual(await series('pods_hindered'), []);
});

test('S23 a suspected interception is counted, in a series that stood at 0 before', async () => {
  const { drive, value } = rig();
  const certainty = 'suspected';
  assert.equal(await value('interceptions_total', { certainty }), 0);
  drive.sees(web).mints(web);
  drive.answers(web, 'token-gone');
  const [lookUp] = drive.tokenLookUps;
  drive.step({ kind: 'token-looked-up', suspect: lookUp?.suspect ?? -1, gone: true });
  assert.equal(await value('interceptions_total', { certainty }), 1);
});
