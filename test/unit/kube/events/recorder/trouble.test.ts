import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RetryableKubeError } from '../../../../../src/kube/api/kube-error.ts';
import {
  notice,
  RecorderDriver,
  refusedWith,
  some,
  unreachable,
} from '../../../../support/kube/recorder-driver.ts';

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
