import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  delivered,
  notice,
  RecorderDriver,
  refusedWith,
} from '../../../../support/kube/recorder-driver.ts';

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

test('an Event is named for its pod as far as a name goes', () => {
  const driver = new RecorderDriver();
  const name = `${'a'.repeat(238)}.${'b'.repeat(14)}`;
  driver.give(notice({ name }));
  const made = driver.created[0]?.metadata.name ?? '';
  assert.match(made, /^a{238}\.[0-9a-f]{13}$/);
  assert.ok(made.length <= 253);
  assert.equal(driver.created[0]?.involvedObject['name'], name);
});
