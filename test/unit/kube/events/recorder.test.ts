import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RetryableKubeError } from '../../../../src/kube/api/kube-error.ts';
import {
  delivered,
  notice,
  RecorderDriver,
  refusedWith,
  unreachable,
} from '../../../support/kube/recorder-driver.ts';

const FORBIDDEN = refusedWith('forbidden', '403 User "x" cannot create resource "events"');

function some(count: number, name: string): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}

test('S14 a notice becomes an Event about its pod', () => {
  const driver = new RecorderDriver();
  driver.pass(90_500).give(notice());
  const [event, ...others] = driver.created;
  assert.equal(others.length, 0);
  const { metadata, ...rest } = event ?? assert.fail();
  assert.equal(metadata.namespace, 'shop');
  assert.match(metadata.name, /^web-1\.[0-9a-f]{13}$/);
  assert.deepEqual(rest, {
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'shop',
      name: 'web-1',
      uid: 'uid-of-web-1',
    },
    type: 'Warning',
    reason: 'VaultSecretFailed',
    message: 'Vault has no AppRole "web"',
    source: { component: 'kubernetes-vault', host: 'kubernetes-vault-0' },
    reportingComponent: 'kubernetes-vault',
    reportingInstance: 'kubernetes-vault-0',
    count: 1,
    firstTimestamp: '2026-01-01T00:01:30Z',
    lastTimestamp: '2026-01-01T00:01:30Z',
  });
});

test('what happens again is counted, with the latest words, in the same Event', () => {
  const driver = new RecorderDriver();
  driver
    .give(notice())
    .pass(60_000)
    .give(notice({ message: 'still none' }));
  const [, patch] = driver.writes;
  assert.deepEqual(patch, {
    kind: 'patch',
    namespace: 'shop',
    name: driver.created[0]?.metadata.name,
    change: { message: 'still none', count: 2, lastTimestamp: '2026-01-01T00:01:00Z' },
  });
});

test('another topic, reason or pod is another Event', () => {
  const driver = new RecorderDriver();
  driver.give(notice(), notice({ topic: 'ended' }), delivered(), notice({ name: 'web-2' }));
  assert.equal(driver.created.length, 4);
  assert.equal(new Set(driver.created.map(({ metadata }) => metadata.name)).size, 4);
});

test('one write is under way at a time; what happens again meanwhile is written once', () => {
  const driver = new RecorderDriver();
  driver.react = undefined;
  driver.give(notice(), notice(), notice(), notice({ name: 'web-2' }));
  assert.equal(driver.writes.length, 1);
  driver.answer();
  driver.answer();
  driver.answer();
  assert.deepEqual(
    driver.writes.map((write) => (write.kind === 'patch' ? write.change.count : 'new')),
    ['new', 3, 'new'],
  );
});

test('an Event that is gone, as after an hour, is begun anew', () => {
  const driver = new RecorderDriver();
  driver.give(notice());
  driver.react = ({ kind }) => (kind === 'patch' ? refusedWith('notFound') : undefined);
  driver.give(notice({ message: 'again' }));
  assert.deepEqual(
    driver.created.map(({ message, count }) => [message, count]),
    [
      ['Vault has no AppRole "web"', 1],
      ['again', 1],
    ],
  );
});

test('a burst is written at a modest rate, and what is too much for the queue is dropped and counted', () => {
  const driver = new RecorderDriver();
  driver.give(...some(5_000, 'pod').map(delivered));
  assert.equal(driver.writes.length, 10);
  assert.equal(driver.counts().waiting, 1_000);
  driver.pass(10_000);
  assert.equal(driver.writes.length, 110);
  driver.pass(600_000);
  assert.equal(driver.writes.length, 1_010);
  assert.deepEqual(driver.reports, [{ kind: 'dropped', normal: 3_990, warning: 0 }]);
  assert.equal(driver.nextWake(), undefined);
});

test('while a crowd is delivered its Events wait, but for one a second; warnings do not', () => {
  const driver = new RecorderDriver();
  for (let pod = 0; pod < 1_000; pod += 1) driver.give(delivered(`pod-${pod}`)).pass(10);
  const during = driver.writes.length;
  assert.ok(during >= 10 && during <= 25, `${during}`);
  driver.give(notice({ name: 'bad' }));
  assert.equal(driver.writes.length, during + 1);
  driver.pass(900);
  assert.ok(driver.writes.length <= during + 3);
  driver.pass(10_000);
  assert.ok(driver.writes.length >= during + 100, `${driver.writes.length}`);
});

test('a few deliveries are told at once', () => {
  const driver = new RecorderDriver();
  for (let pod = 0; pod < 100; pod += 1) driver.give(delivered(`pod-${pod}`)).pass(100);
  assert.equal(driver.writes.length, 100);
});

test('of what waits the oldest Normal ones are dropped first, and warnings are written first', () => {
  const driver = new RecorderDriver({ mostWaiting: 3 });
  driver.react = undefined;
  driver.give(...some(4, 'good').map(delivered));
  driver.give(...some(2, 'bad').map((name) => notice({ name })));
  for (let count = 0; count < 4; count += 1) driver.answer();
  assert.deepEqual(
    driver.created.map(({ involvedObject }) => involvedObject['name']),
    ['good-0', 'bad-0', 'bad-1', 'good-3'],
  );
  driver.give(...some(5, 'worse').map((name) => notice({ name })));
  driver.pass(60_000);
  assert.deepEqual(driver.reports, [{ kind: 'dropped', normal: 2, warning: 1 }]);
});

test('S14 one pod writes no more than its share; what is too much is counted in its next Event', () => {
  const driver = new RecorderDriver();
  for (let second = 0; second < 60; second += 1) driver.give(notice()).pass(1_000);
  const patches = driver.writes.flatMap((one) => (one.kind === 'patch' ? [one.change.count] : []));
  assert.equal(driver.writes.length, 15);
  assert.equal(patches.at(-1), 15);
  driver.pass(60_000).give(notice({ name: 'other' }), notice());
  assert.equal(driver.writes.length, 17);
  const last = driver.writes.at(-1);
  assert.equal(last?.kind === 'patch' && last.change.count, 61);
});

test('an urgent notice is written before all others, whatever the limits are', () => {
  const driver = new RecorderDriver({ mostWaiting: 10 });
  driver.react = undefined;
  for (const topic of some(40, 'topic')) driver.give(notice({ topic }));
  driver.give(notice({ topic: 'suspected', urgency: 'urgent' }));
  driver.answer();
  assert.equal(driver.created.length, 2);
  const rateless = new RecorderDriver();
  rateless.give(...some(100, 'pod').map(delivered));
  const before = rateless.writes.length;
  rateless.give(...some(100, 'pod').map((name) => notice({ name, urgency: 'urgent' })));
  assert.equal(rateless.writes.length, before + 100);
});

test('repetitions of an urgent notice obey the limit of its pod', () => {
  const driver = new RecorderDriver();
  for (let count = 0; count < 100; count += 1) driver.give(notice({ urgency: 'urgent' }));
  assert.equal(driver.writes.length, 16);
});

test('what may pass by itself is written when it has not', () => {
  const driver = new RecorderDriver();
  driver.give(notice({ urgency: 'patient' })).pass(4_999);
  assert.equal(driver.writes.length, 0);
  driver.pass(1);
  assert.equal(driver.created.length, 1);
});

test('S13 what has passed by itself is not written', () => {
  const driver = new RecorderDriver();
  driver.give(
    notice({ urgency: 'patient', topic: 'not-listening' }),
    notice({ urgency: 'patient', name: 'web-2' }),
  );
  driver.pass(1_000).give(delivered()).pass(60_000);
  assert.deepEqual(
    driver.created.map(({ reason, involvedObject }) => [reason, involvedObject['name']]),
    [
      ['VaultSecretDelivered', 'web-1'],
      ['VaultSecretFailed', 'web-2'],
    ],
  );
});

test('without permission there is one report, and one try every ten minutes until it is given', () => {
  const driver = new RecorderDriver();
  driver.react = () => FORBIDDEN;
  for (const name of some(1_200, 'pod')) driver.give(notice({ name })).pass(1_000);
  assert.equal(driver.writes.length, 2);
  assert.deepEqual(driver.reports, [{ kind: 'forbidden', error: FORBIDDEN, retryInMs: 600_000 }]);
  driver.react = () => undefined;
  driver.pass(600_000).give(notice({ name: 'late' }));
  assert.equal(driver.created.at(-1)?.involvedObject['name'], 'late');
  assert.deepEqual(driver.reports.at(-1), { kind: 'allowed-again' });
});

test('a namespace whose Events are forbidden keeps back no other', () => {
  const driver = new RecorderDriver({ overall: { perSecond: 1, burst: 2 } });
  const inSpace = (namespace: string, name: string) =>
    notice({ name, pod: { uid: `${namespace}-${name}`, namespace, name } });
  driver.react = undefined;
  driver.give(...some(500, 'pod').map((name) => inSpace('full', name)));
  driver.give(inSpace('shop', 'web'));
  driver.answer(FORBIDDEN);
  assert.equal(driver.created.at(-1)?.metadata.namespace, 'shop');
  assert.equal(driver.counts().waiting, 0);
});

test('a namespace that is being deleted is nothing to complain of', () => {
  const driver = new RecorderDriver();
  driver.react = () =>
    refusedWith('forbidden', '403 unable to create new content because it is being terminated');
  driver.give(notice(), notice({ name: 'web-2' }));
  assert.equal(driver.writes.length, 2);
  assert.deepEqual(new Set(driver.reports.map(({ kind }) => kind)), new Set(['refused']));
});

test('while the API server is away nothing is lost or tried often; then all is written', () => {
  const driver = new RecorderDriver();
  driver.react = () => unreachable;
  driver.give(...some(5, 'pod').map((name) => notice({ name })));
  driver.pass(120_000);
  assert.ok(driver.writes.length > 3 && driver.writes.length < 12, `${driver.writes.length}`);
  driver.react = () => undefined;
  driver.pass(120_000);
  const names = driver.created.map(({ involvedObject }) => involvedObject['name']);
  assert.deepEqual(new Set(names), new Set(some(5, 'pod')));
  assert.deepEqual(
    driver.reports.map(({ kind }) => kind),
    ['failing', 'recovered'],
  );
});

test('the API server is left alone for as long as it asks', () => {
  const driver = new RecorderDriver();
  const retryAfterMs = 90_000;
  driver.react = () => new RetryableKubeError('throttled', 'create', '429', { retryAfterMs });
  driver.give(notice()).pass(90_000);
  assert.equal(driver.writes.length, 1);
  driver.pass(2_000);
  assert.equal(driver.writes.length, 2);
});

test('an attempt whose answer was lost is made again under its name, and a conflict is its success', () => {
  const driver = new RecorderDriver();
  const answers = [unreachable, refusedWith('conflict'), undefined];
  driver.react = () => answers.shift();
  driver.give(notice()).pass(10_000).give(notice());
  const [first, second] = driver.created;
  assert.equal(first?.metadata.name, second?.metadata.name);
  assert.equal(driver.writes.at(-1)?.kind, 'patch');
});

test('an Event that the API server cannot take is given up, and the next one has its turn', () => {
  const driver = new RecorderDriver();
  driver.react = (write) =>
    write.kind === 'create' && write.event.involvedObject['name'] === 'poison'
      ? new RetryableKubeError('server', 'create an Event', '500')
      : undefined;
  driver.give(notice({ name: 'poison' }), notice({ name: 'web-2' })).pass(3_600_000);
  assert.equal(driver.created.at(-1)?.involvedObject['name'], 'web-2');
  assert.equal(driver.created.length, 13);
  assert.deepEqual(driver.reports.at(-1), { kind: 'dropped', normal: 0, warning: 1 });
});

test('an urgent notice passes one that is tried again, and neither is lost when both fail', () => {
  const driver = new RecorderDriver();
  driver.react = undefined;
  driver.give(notice());
  driver.answer(unreachable);
  driver.give(notice({ topic: 'suspected', urgency: 'urgent' }));
  driver.pass(1_000);
  assert.equal(driver.writes.length, 2);
  driver.answer(unreachable);
  driver.react = () => undefined;
  driver.pass(60_000);
  assert.deepEqual(
    driver.created.map(({ count }) => count),
    [1, 1, 1, 1],
  );
});

test('a refused Event is reported, and no other suffers', () => {
  const driver = new RecorderDriver();
  const error = refusedWith('rejected', '422 invalid');
  driver.react = () => error;
  driver.give(notice());
  driver.react = () => undefined;
  driver.give(notice({ name: 'web-2' }));
  assert.equal(driver.created.length, 2);
  assert.deepEqual(driver.reports, [{ kind: 'refused', error }]);
});

test('an Event is named for its pod as far as a name goes', () => {
  const driver = new RecorderDriver();
  const name = `${'a'.repeat(238)}.${'b'.repeat(14)}`;
  driver.give(notice({ name }));
  const made = driver.created[0]?.metadata.name ?? '';
  assert.match(made, /^a{238}\.[0-9a-f]{13}$/);
  assert.ok(made.length <= 253);
  assert.equal(driver.created[0]?.involvedObject['name'], name);
});
