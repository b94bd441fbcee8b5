import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bookmark,
  changed,
  deleted,
  driveReflector,
} from '../../../support/kube/reflector-driver.ts';

test('S3 a start lists the pending pods first, and watches from the moment that they were listed', () => {
  const driver = driveReflector();
  driver.wake();
  assert.deepEqual(driver.said(), ['sync-started', 'list pending']);
  driver.page('10', ['a', 'b']);
  assert.deepEqual(driver.said(), [
    'watch 10',
    'pod a',
    'pod b',
    'pending-listed',
    'list rest @10',
  ]);
  driver.page('10', ['c']);
  assert.deepEqual(driver.said(), ['pod c', 'sync-finished', '(synced)']);
  assert.deepEqual(driver.reports().at(-1), { kind: 'synced', pods: 3, ms: 0 });
});

test('S3 lists are paged, and the watch begins with the first page', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['a'], 'p2');
  assert.deepEqual(driver.said(), ['watch 10', 'pod a', 'list pending >p2']);
  driver.page('10', ['b'], 'p3');
  assert.deepEqual(driver.said(), ['pod b', 'list pending >p3']);
  driver.page('10', []);
  assert.deepEqual(driver.said(), ['pending-listed', 'list rest @10']);
  driver.page('10', ['c'], 'r2');
  assert.deepEqual(driver.said(), ['pod c', 'list rest >r2']);
  driver.page('10', ['d']);
  assert.deepEqual(driver.said(), ['pod d', 'sync-finished', '(synced)']);
  assert.equal(driver.lastList().limit, 500);
});

test('S3 the two lists are of all pods that have not ended', () => {
  const driver = driveReflector();
  driver.wake();
  assert.equal(driver.lastList().fieldSelector, 'status.phase=Pending');
  driver.page('10', []);
  assert.equal(
    driver.lastList().fieldSelector,
    'status.phase!=Pending,status.phase!=Succeeded,status.phase!=Failed',
  );
});

test('what the watch has told of a pod is not undone by what a list says of it', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['a'], 'p2');
  driver.tell(changed('b', '11'), deleted('c', '12'), changed('d', '13'));
  assert.deepEqual(driver.said(), ['pod b', 'gone c', 'pod d']);
  driver.page('10', ['b', 'c', 'e']);
  assert.deepEqual(driver.said(), ['pod e', 'pending-listed', 'list rest @13']);
  driver.tell(changed('f', '14'));
  driver.page('13', ['d', 'f', 'g']);
  assert.deepEqual(driver.said(), ['pod g', 'sync-finished', '(synced)']);
});

test('the rest is listed as of a moment that the watch has reached', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', [], 'p2');
  driver.tell(changed('a', '11'), { kind: 'other', version: '15' }, bookmark('17'));
  driver.page('10', []);
  assert.deepEqual(driver.said(), ['pending-listed', 'list rest @17']);
});

test('a page that leads to itself is not followed round and round', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', [], 'p2');
  driver.page('10', [], 'p2');
  assert.deepEqual(driver.said(), ['(failing)']);
  assert.equal(driver.wake(), 150);
  driver.page('10', [], 'p2');
  assert.equal(driver.wake(), 300);
});
