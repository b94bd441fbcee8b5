import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeError } from '../../../src/kube/api/kube-error.ts';
import {
  bookmark,
  changed,
  deleted,
  driveReflector,
  failed,
  forbidden,
  gone,
  invalid,
  malformed,
  type ReflectorDriver,
  reset,
  throttled,
  unauthorized,
} from '../../support/kube/reflector-driver.ts';

const MINUTE = 60_000;

/** A reflector that has listed everything up to version 11 and watches from there. */
function watching(): ReflectorDriver {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['waits']);
  driver.tell(bookmark('11'));
  driver.page('11', ['runs']);
  assert.ok(driver.said().includes('sync-finished'));
  return driver;
}

/** As `watching`, and the watch has lasted as long as any. */
function watchingForLong(): ReflectorDriver {
  const driver = watching();
  driver.pass(2 * MINUTE);
  driver.tell(bookmark('20'));
  driver.pass(MINUTE);
  return driver;
}

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

test('S1 the watch goes on telling, whatever the number of events', () => {
  const driver = watching();
  for (let version = 12; version < 1_012; version++) {
    driver.pass(1_000);
    driver.tell(changed(`pod-${version}`, String(version)));
    assert.deepEqual(driver.said(), [`pod pod-${version}`]);
  }
});

test('S3 a pod that runs costs nothing: no request, and no wake but the watch’s own', () => {
  const driver = watching();
  const requests = driver.requests();
  for (let version = 12; version < 10_012; version++) {
    driver.tell(changed(`pod-${version}`, String(version)));
  }
  assert.equal(driver.requests(), requests);
  assert.equal(driver.nextWake(), driver.now() + 150_000);
});

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

for (const error of [gone, invalid]) {
  test(`S2 a watch that ends with ${error.detail} lists again at once, pending pods first`, () => {
    const driver = watchingForLong();
    driver.endWatch(error);
    assert.deepEqual(driver.said(), ['(watch-ended)', '(relisting)', 'sync-started']);
    assert.equal(driver.wake(), 0);
    assert.deepEqual(driver.said(), ['list pending']);
    driver.page('50', ['a']);
    assert.deepEqual(driver.said(), ['watch 50', 'pod a', 'pending-listed', 'list rest @50']);
  });
}

test('S2 410 again and again lists less and less often', () => {
  const driver = watchingForLong();
  const pauses: number[] = [];
  for (let sync = 0; sync < 10; sync++) {
    driver.endWatch(gone);
    pauses.push(driver.wake());
    driver.page('50', []);
  }
  assert.deepEqual(pauses, [0, 150, 300, 600, 1_200, 2_400, 3_750, 3_750, 3_750, 3_750]);
  driver.pass(MINUTE);
  driver.endWatch(gone);
  assert.equal(driver.wake(), 0);
});

test('a 410 on the watch while the rest is listed starts a new sync and leaves the list', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['a']);
  const stale = driver.lastRequest('list');
  driver.endWatch(gone);
  assert.deepEqual(driver.said(), ['(watch-ended)', 'abort', '(relisting)', 'sync-started']);
  driver.input({
    kind: 'page',
    request: stale,
    page: { facts: [], version: '10', continueToken: undefined },
  });
  assert.deepEqual(driver.said(), []);
  driver.wake();
  assert.deepEqual(driver.said(), ['list pending']);
});

test('S2 a continue token that is too old restarts that list alone, where the watch is now', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['a']);
  driver.page('10', ['b'], 'r2');
  driver.tell(changed('c', '30'));
  driver.failList(gone);
  assert.deepEqual(driver.said(), ['(failing)']);
  const pause = driver.wake();
  assert.ok(pause > 0);
  assert.deepEqual(driver.said(), ['list rest @30']);
  driver.page('30', ['b', 'c', 'd'], 'r2');
  assert.deepEqual(driver.said(), ['(recovered)', 'pod b', 'pod d', 'list rest >r2']);
  driver.failList(gone);
  assert.ok(driver.wake() > pause);
});

test('S2 so does one in the middle of the pending pods', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['a'], 'p2');
  driver.tell(bookmark('12'));
  driver.failList(gone);
  driver.wake();
  assert.deepEqual(driver.said(), ['list pending @12']);
  driver.page('12', ['a', 'b']);
  assert.deepEqual(driver.said(), [
    '(recovered)',
    'pod a',
    'pod b',
    'pending-listed',
    'list rest @12',
  ]);
});

test('S2 a list of a moment that the server has forgotten starts a new sync', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['a']);
  driver.failList(gone);
  assert.deepEqual(driver.said(), ['abort', '(relisting)', 'sync-started']);
  driver.wake();
  assert.deepEqual(driver.said(), ['list pending']);
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

test('a server that asks for a pause gets it', () => {
  const driver = driveReflector();
  driver.wake();
  driver.failList(throttled(20_000));
  assert.equal(driver.wake(), 20_150);
  driver.page('10', []);
  driver.endWatch(throttled(5_000));
  assert.equal(driver.wake(), 5_150);
});

test('S2 a watch that says nothing, not even a bookmark, is left and resumed', () => {
  const driver = watchingForLong();
  assert.ok(driver.wake() > 0);
  assert.deepEqual(driver.said(), ['abort', '(watch-ended)', '(failing)']);
  assert.equal(driver.now(), 2 * MINUTE + 150_000);
  driver.wake();
  assert.deepEqual(driver.said(), ['watch 20']);
  driver.tell(bookmark('21'));
  assert.deepEqual(driver.said(), ['(recovered)']);
});

test('a server that has lost our position, and so says nothing for ever, is listed anew', () => {
  const driver = watchingForLong();
  driver.wake();
  driver.wake();
  driver.wake();
  assert.deepEqual(driver.said(), ['abort', '(watch-ended)', '(relisting)', 'sync-started']);
  driver.wake();
  assert.deepEqual(driver.said(), ['list pending']);
});

test('a server that never sends bookmarks may be silent until its own timeout has passed', () => {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', []);
  driver.page('10', []);
  const { timeoutSeconds } = driver.lastWatch();
  assert.equal(driver.nextWake(), timeoutSeconds * 1_000 + 30_000);
});

test('the server’s timeout is between 4 and 6 minutes, different from watch to watch', () => {
  const timeouts = [0, 0.5, 0.999_999].map((random) => {
    const driver = driveReflector(random);
    driver.wake();
    driver.page('10', []);
    return driver.lastWatch().timeoutSeconds;
  });
  assert.deepEqual(timeouts, [240, 300, 360]);
});

test('what comes late from a request that was left is not listened to', () => {
  const driver = watchingForLong();
  const old = driver.lastRequest('watch');
  driver.endWatch(reset);
  driver.wake();
  const late = (error?: KubeError) => {
    driver.input({ kind: 'events', request: old, events: [changed('a', '19')] });
    assert.deepEqual(driver.said(), []);
    driver.input({ kind: 'watch-ended', request: old, error });
    assert.deepEqual(driver.said(), []);
  };
  late();
  late(gone);
  driver.input({ kind: 'list-failed', request: old, error: gone });
  assert.deepEqual(driver.said(), []);
});
