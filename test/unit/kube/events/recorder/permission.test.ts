import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  notice,
  RecorderDriver,
  refusedWith,
  some,
} from '../../../../support/kube/recorder-driver.ts';

const FORBIDDEN = refusedWith('forbidden', '403 User "x" cannot create resource "events"');

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
