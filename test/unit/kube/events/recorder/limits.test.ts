import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  delivered,
  notice,
  RecorderDriver,
  some,
} from '../../../../support/kube/recorder-driver.ts';

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
