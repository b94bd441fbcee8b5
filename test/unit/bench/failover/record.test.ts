import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  firstPush,
  longestWaitFrom,
  type PodRecord,
  silenceIn,
  unserved,
} from '../../../../bench/failover/record.ts';

const [OLD, NEW] = ['10.213.1.1', '10.213.1.2'];

/** A pod that waits from that time on, and the times of its pushes, with who made them. */
function pod(startSent: number, ...pushes: (readonly [at: number, by: string])[]): PodRecord {
  return { startSent, pushes: pushes.map(([at, by]) => ({ at, by })) };
}

/** The old one pushes until it is killed at 200, and the new one from 700 on. */
const KILLED = [
  pod(100, [120, OLD]),
  pod(150, [170, OLD], [710, NEW]),
  pod(195, [700, NEW]),
  pod(300, [705, NEW]),
  pod(900, [920, NEW]),
  pod(1_500, [3_000, NEW]),
];

test('the longest wait is that of the pod that waited longest of those that waited meanwhile', () => {
  const silence = silenceIn({ pods: KILLED, endedAt: 4_000 }, { from: 200, to: 1_000 });
  assert.deepEqual(silence, { longestWait: 505, p99Wait: 505, duplicates: 1 });
});

test('a pod that was served before, or came after, counts elsewhere', () => {
  const record = { pods: KILLED, endedAt: 4_000 };
  assert.equal(silenceIn(record, { from: 100, to: 180 }).longestWait, 20);
  assert.equal(silenceIn(record, { from: 1_000, to: 2_000 }).longestWait, 1_500);
  assert.equal(silenceIn(record, { from: 1_000, to: 2_000 }).duplicates, 0);
});

test('a pod that nobody has pushed to is lost, and has waited to the end', () => {
  const pods = [...KILLED, pod(250)];
  assert.equal(silenceIn({ pods, endedAt: 4_000 }, { from: 200, to: 1_000 }).longestWait, 3_750);
  assert.equal(unserved(pods), 1);
  assert.equal(unserved(KILLED), 0);
});

test('one slow pod of 200 is the longest wait, and not the 99th percentile', () => {
  const pods = Array.from({ length: 200 }, (_, at) =>
    pod(at * 10, [at * 10 + (at === 7 ? 900 : 30), NEW]),
  );
  const silence = silenceIn({ pods, endedAt: 4_000 }, { from: 0, to: 2_000 });
  assert.deepEqual(silence, { longestWait: 900, p99Wait: 30, duplicates: 0 });
});

test('where nobody could be served before the stretch, waits are counted from its begin', () => {
  const record = { pods: KILLED, endedAt: 4_000 };
  assert.equal(longestWaitFrom(record, { from: 600, to: 1_000 }), 105);
  assert.equal(longestWaitFrom(record, { from: 160, to: 1_000 }), 505);
  assert.equal(longestWaitFrom(record, { from: 900, to: 2_000 }), 1_500);
});

test('a takeover is the first push from another address, however late the record shows it', () => {
  const inFlight = pod(190, [205, OLD]);
  assert.equal(firstPush([inFlight, ...KILLED].reverse(), 200, OLD), 700);
  assert.equal(firstPush([inFlight], 200, OLD), undefined);
  assert.equal(firstPush(KILLED, 701, OLD), 705);
  assert.equal(firstPush([inFlight, ...KILLED].reverse(), 200), 205);
});
