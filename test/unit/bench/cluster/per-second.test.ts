import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Count, perSecond } from '../../../../bench/cluster/per-second.ts';

const count = (name: string, at: number, cpuMs: number, bytes: number): Count => ({
  name,
  at,
  cpuMs,
  bytes,
});

test('the leader’s rates are its own, and the followers’ the mean of theirs', () => {
  const before = [count('m1', 0, 50, 1_000), count('m2', 10, 70, 500), count('m3', 20, 0, 0)];
  const after = [
    count('m1', 2_000, 54, 3_000),
    count('m2', 2_010, 90, 20_500),
    count('m3', 4_020, 16, 4_000),
  ];
  assert.deepEqual(perSecond(before, after, 'm2'), {
    leader: { cpuMs: 10, bytes: 10_000 },
    follower: { cpuMs: 3, bytes: 1_000 },
  });
});
