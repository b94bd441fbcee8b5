import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlarmClock } from '../../../../src/delivery/policy/alarm-clock.ts';

test('S15 alarms ring in the order of their times, each once, and none before', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1_000 })),
      fc.integer({ max: 1_000 }),
      (times, now) => {
        const clock = new AlarmClock();
        for (const [id, at] of times.entries()) clock.set({ kind: 'cleanup', id, at });
        const rung: number[] = [];
        for (let due = clock.takeDue(now); due !== undefined; due = clock.takeDue(now))
          rung.push(due.at);
        const sorted = times.toSorted((a, b) => a - b);
        assert.deepEqual(
          rung,
          sorted.filter((at) => at <= now),
        );
        assert.equal(
          clock.next(),
          sorted.find((at) => at > now),
        );
      },
    ),
  );
});

test('S15 of the times to look who may be served only the earliest is kept', () => {
  const clock = new AlarmClock();
  assert.equal(clock.next(), undefined);
  for (const at of [500, 20, 300]) clock.dispatchAt(at);
  assert.equal(clock.next(), 20);
  assert.equal(clock.takeDue(20), undefined);
  assert.equal(clock.next(), undefined);
});
