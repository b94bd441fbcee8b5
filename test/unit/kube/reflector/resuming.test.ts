import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bookmark,
  changed,
  deleted,
  driveReflector,
  failed,
  malformed,
  type ReflectorDriver,
  reset,
  watching,
  watchingForLong,
} from '../../../support/kube/reflector-driver.ts';

const MINUTE = 60_000;

for (const [last, version] of [
  [changed('a', '21'), '21'],
  [deleted('a', '22'), '22'],
  [bookmark('23'), '23'],
  [{ kind: 'other', version: '24' } as const, '24'],
] as const) {
  test(`S2 a watch that the server ends is resumed at once from its last version, of a ${last.kind}`, () => {
    const driver = watchingForLong();
    driver.tell(last);
    driver.endWatch();
    assert.equal(driver.wake(), 0);
    assert.deepEqual(driver.said(), [`watch ${version}`]);
  });
}

for (const error of [reset, failed, malformed]) {
  test(`S2 a watch that ends with ${error.detail} is resumed from its last version, after a pause`, () => {
    const driver = watchingForLong();
    driver.endWatch(error);
    const pause = driver.wake();
    assert.ok(pause >= 100 && pause <= 200, String(pause));
    assert.deepEqual(driver.said(), ['watch 20']);
  });
}

test('S2 jitter spreads the pauses of controllers that failed together', () => {
  const pauses = [0, 0.25, 0.999].map((random) => {
    const driver = driveReflector(random);
    driver.wake();
    driver.failList(reset);
    return driver.wake();
  });
  assert.equal(new Set(pauses).size, 3);
});

const VAIN_ENDS: ReadonlyArray<[string, (driver: ReflectorDriver) => void]> = [
  ['ends at once', (driver) => driver.endWatch()],
  ['fails at once', (driver) => driver.endWatch(reset)],
  [
    'tells a bookmark and ends',
    (driver) => {
      driver.tell(bookmark('12'));
      driver.endWatch();
    },
  ],
];

for (const [title, end] of VAIN_ENDS) {
  test(`S2 a watch that ${title}, again and again, is resumed less and less often`, () => {
    const driver = watching();
    const pauses: number[] = [];
    for (let watch = 0; watch < 12; watch++) {
      end(driver);
      pauses.push(driver.wake());
    }
    assert.deepEqual(
      pauses,
      [150, 300, 600, 1_200, 2_400, 3_750, 3_750, 3_750, 3_750, 3_750, 3_750, 3_750],
    );
  });
}

test('S2 a watch that is cut after each pod is resumed soon each time, for it is of use', () => {
  const driver = watching();
  for (let version = 12; version < 100; version++) {
    driver.tell(changed('a', String(version)));
    driver.endWatch(reset);
    assert.equal(driver.wake(), 150);
  }
});

test('S2 a watch that lasts makes the failures before it forgotten', () => {
  const driver = watching();
  for (let watch = 0; watch < 8; watch++) {
    driver.endWatch(reset);
    driver.wake();
  }
  driver.pass(MINUTE);
  driver.endWatch(reset);
  assert.equal(driver.wake(), 150);
});
