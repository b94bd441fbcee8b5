import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeError } from '../../../../src/kube/api/kube-error.ts';
import {
  changed,
  driveReflector,
  forbidden,
  reset,
  throttled,
  unauthorized,
  watching,
} from '../../../support/kube/reflector-driver.ts';

test('S7 a server that is away is asked again with growing pauses, from the page that failed', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['a'], 'p2');
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 8; attempt++) {
    driver.failList(reset);
    pauses.push(driver.wake());
    assert.deepEqual(driver.said(), ['list pending >p2']);
  }
  assert.deepEqual(pauses, [150, 300, 600, 1_200, 2_400, 3_750, 3_750, 3_750]);
  driver.page('10', ['b'], 'p3');
  driver.failList(reset);
  assert.equal(driver.wake(), 150);
});

test('S7 pauses never exceed 5 s for what passes by itself, and 30 s for what a person must mend', () => {
  for (const [error, longest] of [
    [reset, 5_000],
    [forbidden, 30_000],
  ] as const) {
    const driver = driveReflector(0.999_999);
    driver.wake();
    for (let attempt = 0; attempt < 100; attempt++) {
      driver.failList(error);
      assert.ok(driver.wake() <= longest);
    }
  }
});

test('a refusal for lack of rights is reported once, and asked again slowly', () => {
  const driver = driveReflector();
  driver.wake();
  for (let attempt = 0; attempt < 5; attempt++) {
    driver.failList(forbidden);
    assert.ok(driver.wake() >= 1_500);
  }
  driver.failList(unauthorized);
  driver.wake();
  driver.page('10', []);
  driver.page('10', []);
  const kinds = driver
    .reports()
    .map((report) =>
      report.kind === 'failing' ? `${report.verb} ${report.error.kind}` : report.kind,
    );
  assert.deepEqual(kinds, ['list forbidden', 'list unauthorized', 'recovered', 'synced']);
});

test('S7 a server that was away for long, and refuses for lack of rights when it is back, is asked again soon', () => {
  const listing = driveReflector();
  listing.wake();
  const watched = watching();
  const pauses: number[] = [];
  for (const fail of [
    (error: KubeError) => [listing.failList(error), listing.wake()],
    (error: KubeError) => [watched.endWatch(error), watched.wake()],
  ]) {
    for (let attempt = 0; attempt < 20; attempt++) fail(reset);
    for (const error of [forbidden, forbidden, reset, unauthorized]) {
      pauses.push(Number(fail(error)[1]));
    }
  }
  // The second refusal in a row doubles the pause; what comes after it goes on from there.
  assert.deepEqual(pauses, [1_500, 3_000, 600, 1_500, 1_500, 3_000, 600, 1_500]);
});

test('a watch that may not be made is reported once, while its position stays', () => {
  const driver = watching();
  for (let attempt = 0; attempt < 5; attempt++) {
    driver.endWatch(forbidden);
    assert.ok(driver.wake() >= 1_500);
    assert.deepEqual(driver.said(), ['watch 11']);
  }
  driver.tell(changed('a', '12'));
  assert.deepEqual(driver.said(), ['pod a', '(recovered)']);
  assert.equal(driver.reports().filter(({ kind }) => kind === 'failing').length, 1);
});

test('S7 a watch that is taken again, and lives, is well again, though nothing happens in it', () => {
  const driver = watching();
  driver.endWatch(reset);
  driver.wake();
  driver.input({ kind: 'watch-accepted', request: driver.lastRequest('watch') });
  assert.deepEqual(driver.said(), []);
  assert.equal(driver.wake(), 5_000);
  assert.deepEqual(driver.said(), ['(recovered)']);
});

test('S7 a watch that is taken, and ends at once, is not well again', () => {
  const driver = watching();
  for (let attempt = 0; attempt < 5; attempt++) {
    driver.endWatch(reset);
    driver.wake();
    driver.input({ kind: 'watch-accepted', request: driver.lastRequest('watch') });
    assert.deepEqual(driver.said(), []);
  }
});

test('a server that asks for a pause gets it', () => {
  const driver = driveReflector();
  driver.wake();
  driver.failList(throttled(20_000));
  assert.equal(driver.wake(), 20_150);
  driver.page('10', []);
  driver.endWatch(throttled(5_000));
  assert.equal(driver.wake(), 5_150);
});
