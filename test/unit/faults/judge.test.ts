import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresOf } from '../../faults/rig/figures.ts';
import { judge } from '../../faults/rig/judge.ts';
import { type Entry, EVERYBODY, OPERATOR } from '../../faults/rig/record.ts';

const SECOND = 1_000;

/** A record in which `by` writes the Lease at this time: for itself, or somebody, or nobody. */
function writes(by: string, at: number, holder: string | undefined = `${by}_1`): Entry {
  return { kind: 'lease', at, by, holder, isMarked: false };
}

function releases(by: string, at: number): Entry {
  return { kind: 'lease', at, by, holder: undefined, isMarked: false };
}

function takesByProbe(by: string, at: number): Entry {
  return { kind: 'lease', at, by, holder: `${by}_1`, isMarked: true };
}

/** As the leader of a Raft term. */
function leads(by: string, at: number, claim: string): Entry {
  return { kind: 'lease', at, by, holder: `${by}_1`, isMarked: false, claim };
}

function mints(by: string, ...times: number[]): Entry[] {
  return times.map((at) => ({ kind: 'mint', at, by }));
}

/** A pod that waits from `at` on, and is served 100 ms later. */
function serves(by: string, pod: string, at: number): Entry[] {
  return [
    { kind: 'waits', at, pod },
    ...mints(by, at + 10),
    { kind: 'push', at: at + 50, by, pod },
    { kind: 'answer', at: at + 90, by, pod, status: 200 },
    { kind: 'ends', at: at + 100, pod, code: 0 },
  ];
}

/** The leader a renews each second; b takes over after it has been silent for 5 s, and serves. */
const expiry = [
  writes('a', 0),
  writes('a', SECOND),
  ...serves('a', 'p1', 1_500),
  writes('b', 6_100),
  ...serves('b', 'p2', 6_200),
];

test('a record in which all is well has no violation', () => {
  assert.deepEqual(judge(expiry), []);
  assert.deepEqual(judge([]), []);
});

/** The record without what is of one kind. */
function without(kind: Entry['kind'], record: readonly Entry[]): Entry[] {
  return record.filter((entry) => entry.kind !== kind);
}

const planted: readonly (readonly [what: string, record: readonly Entry[], found: RegExp])[] = [
  [
    'a pod that nobody served',
    [...expiry, { kind: 'waits', at: 6_300, pod: 'p3' }],
    /p3 was never served/,
  ],
  [
    'that it was not told of mints',
    without('mint', expiry),
    /2 pods were served, and 0 mints were seen/,
  ],
  [
    'that it was not told of a push',
    [...expiry, ...mints('b', 6_900), { kind: 'ends', at: 7_000, pod: 'p3', code: 0 }],
    /p3 ended well, and nobody was seen to push to it/,
  ],
  [
    'an init container that failed',
    [...expiry, { kind: 'waits', at: 1, pod: 'p3' }, { kind: 'ends', at: 2, pod: 'p3', code: 1 }],
    /p3 ended with 1/,
  ],
  [
    'a pod that was served twice',
    [...expiry, { kind: 'answer', at: 6_400, by: 'b', pod: 'p2', status: 200 }],
    /p2 was served twice/,
  ],
  [
    'a push by the one that had served the pod',
    [...expiry, { kind: 'push', at: 6_400, by: 'b', pod: 'p2' }],
    /b pushed to p2 again, which it had served/,
  ],
  [
    'a push to a pod that another served when no leader changed',
    [...expiry, writes('b', 19_000), { kind: 'push', at: 20_000, by: 'b', pod: 'p1' }],
    /b pushed to p1, which a had served long before/,
  ],
  [
    'a mint by one that never held the Lease',
    [...expiry, ...mints('c', 6_300)],
    /c minted .* never/,
  ],
  [
    'a mint long after the last renewal',
    [writes('a', 0), ...mints('a', 5_100)],
    /a minted .* 5100 ms after it last wrote the Lease/,
  ],
  [
    'a takeover before the Lease has expired',
    [writes('a', 0), writes('b', 4_900)],
    /b took the Lease 4900 ms after its holder wrote it/,
  ],
  [
    'a second takeover by probe',
    [writes('a', 0), takesByProbe('b', 100), writes('b', 20_000), takesByProbe('c', 20_100)],
    /c took over by probe 20000 ms after another had/,
  ],
  [
    'a takeover before expiry of a Lease that was taken by probe',
    [writes('a', 0), takesByProbe('b', 100), takesByProbe('c', 200)],
    /c took the Lease 100 ms after its holder wrote it/,
  ],
  [
    'a mint after the hand-over',
    [writes('a', 0), releases('a', 500), ...mints('a', 1_600)],
    /a minted .* after it had released the Lease/,
  ],
  [
    'a mint long after another Raft leader had superseded it',
    [leads('a', 0, 'x/1/1'), leads('b', 900, 'x/1/2'), ...mints('a', 3_000)],
    /a minted .* after b had superseded it/,
  ],
  [
    'a takeover by a later epoch before the Lease has expired',
    [leads('a', 0, 'x/1/1'), leads('b', 900, 'x/2/2')],
    /b took the Lease 900 ms after its holder wrote it/,
  ],
  [
    'a push long after the hand-over',
    [writes('a', 0), releases('a', 500), { kind: 'push', at: 6_600, by: 'a', pod: 'p1' }],
    /a pushed .* 1100 ms after it had to stop/,
  ],
  [
    'a push long after the last renewal',
    [writes('a', 0), { kind: 'push', at: 5_100, by: 'a', pod: 'p1' }],
    /a pushed .* 1100 ms after it had to stop/,
  ],
  [
    'a push by one that never held the Lease',
    [{ kind: 'push', at: 5_100, by: 'a', pod: 'p1' }],
    /a pushed .* never held the Lease/,
  ],
  [
    'a mint beyond the deadline of a leader that was taken over by probe',
    [writes('a', 0), takesByProbe('b', 100), ...mints('b', 200), ...mints('a', 5_100)],
    /a minted .* 5100 ms after it last wrote the Lease/,
  ],
];

for (const [what, record, found] of planted) {
  test(`the judge finds ${what}`, () => {
    const violations = judge(record);
    assert.equal(violations.length, 1, violations.join('\n'));
    assert.match(violations[0] ?? '', found);
  });
}

const allowed: readonly (readonly [what: string, record: readonly Entry[]])[] = [
  [
    'acts of a leader that was taken over by probe, until its deadline',
    [writes('a', 0), takesByProbe('b', 100), ...mints('b', 200), ...mints('a', 4_500)],
  ],
  [
    'acts of a leader whose Lease was emptied by hand, until its deadline',
    [
      writes('a', 0),
      releases(OPERATOR, 100),
      writes('b', 200),
      ...mints('b', 300),
      ...mints('a', 2_000),
    ],
  ],
  [
    'pushes that a hand-over lets finish',
    [writes('a', 0), releases('a', 500), { kind: 'push', at: 5_400, by: 'a', pod: 'p1' }],
  ],
  [
    'a second push by one that has just taken over',
    [...expiry, { kind: 'push', at: 6_300, by: 'b', pod: 'p1' }],
  ],
  [
    'what a machine sent before it was cut off, and the kernel went on sending',
    [
      writes('a', 0),
      { kind: 'cut', at: 100, machine: 'a', of: 'mint' },
      writes('b', 6_000),
      ...mints('b', 6_100),
      { kind: 'mended', at: 10_100, machine: 'a', of: 'mint' },
      ...mints('a', 19_000),
    ],
  ],
  [
    'what waited in a server that stood still',
    [
      writes('a', 0),
      { kind: 'cut', at: 100, machine: EVERYBODY, of: 'mint' },
      { kind: 'mended', at: 10_100, machine: EVERYBODY, of: 'mint' },
      ...mints('a', 10_200),
    ],
  ],
];

for (const [what, record] of allowed) {
  test(`the judge allows ${what}`, () => {
    assert.deepEqual(judge(record), []);
  });
}

test('a machine that is cut off from pods has no excuse for mints, nor has any before it is mended', () => {
  const cut = { kind: 'cut', at: 100, machine: 'a' } as const;
  const mended = { kind: 'mended', at: 10_100, machine: 'a' } as const;
  const elsewhere = { of: 'push' } as const;
  const late = mints('a', 10_200);
  const before = mints('a', 10_000);
  const records: Entry[][] = [
    [writes('a', 0), { ...cut, ...elsewhere }, { ...mended, ...elsewhere }, ...late],
    [writes('a', 0), { ...cut, of: 'mint' }, ...before, { ...mended, of: 'mint' }],
  ];
  assert.deepEqual(
    records.map((record) => judge(record).length),
    [1, 1],
  );
});

test('what was delayed long ago excuses nothing', () => {
  const record: Entry[] = [
    writes('a', 0),
    { kind: 'cut', at: 100, machine: 'a', of: 'mint' },
    { kind: 'mended', at: 10_100, machine: 'a', of: 'mint' },
    ...mints('a', 21_200),
  ];
  assert.equal(judge(record).length, 1);
});

test('silence is counted only while a pod waits that nobody has pushed to', () => {
  const record: Entry[] = [
    writes('a', 0),
    ...serves('a', 'p1', 1_000),
    // Nobody waits for 10 s; then one does for 2 s, and another comes to wait meanwhile.
    { kind: 'waits', at: 11_000, pod: 'p2' },
    { kind: 'waits', at: 12_500, pod: 'p3' },
    { kind: 'push', at: 13_000, by: 'a', pod: 'p2' },
    { kind: 'push', at: 13_100, by: 'a', pod: 'p3' },
  ];
  assert.deepEqual(figuresOf(record).silence, { ms: 2_000, from: 11_000 });
});

test('a pod that refused a push waits again', () => {
  const record: Entry[] = [
    { kind: 'waits', at: 0, pod: 'p1' },
    { kind: 'push', at: 100, by: 'a', pod: 'p1' },
    { kind: 'answer', at: 200, by: 'a', pod: 'p1', status: 503 },
    { kind: 'push', at: 900, by: 'a', pod: 'p1' },
  ];
  assert.deepEqual(figuresOf(record).silence, { ms: 700, from: 200 });
  assert.equal(figuresOf(record).duplicates, 0);
});

test('duplicates are pushes to a pod that an earlier push was not refused by', () => {
  const record: Entry[] = [
    ...serves('a', 'p1', 0),
    { kind: 'push', at: 500, by: 'b', pod: 'p1' },
    { kind: 'answer', at: 510, by: 'b', pod: 'p1', status: 409 },
  ];
  assert.equal(figuresOf(record).duplicates, 1);
});

test('a takeover is told apart from a renewal, and by how it came about', () => {
  const record: Entry[] = [
    writes('a', 0),
    writes('a', 1_000),
    releases('a', 1_500),
    writes('b', 1_600),
    takesByProbe('c', 2_000),
    { ...takesByProbe('c', 3_000) },
    { ...takesByProbe('a', 9_000) },
  ];
  assert.deepEqual(
    figuresOf(record).takeovers.map(({ write, how }) => [write.by, how]),
    [
      ['a', 'free'],
      ['b', 'free'],
      ['c', 'probe'],
      ['a', 'expiry'],
    ],
  );
});
