import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wakeTimer } from '../../../src/base/wake-timer.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** A timer whose wakes are noted with their times. */
function rig() {
  const clock = virtualClock();
  const wakes: number[] = [];
  const timer = wakeTimer(clock, () => void wakes.push(clock.now()));
  return { clock, wakes, timer };
}

test('a wake timer wakes once, when its time has come', () => {
  const { clock, wakes, timer } = rig();
  timer.set(100);
  clock.advance(99);
  assert.deepEqual(wakes, []);
  clock.advance(1_000);
  assert.deepEqual(wakes, [100]);
});

test('a wake timer that is set to an earlier time wakes then, and not at the later one', () => {
  const { clock, wakes, timer } = rig();
  timer.set(100);
  timer.set(40);
  clock.advance(1_000);
  assert.deepEqual(wakes, [40]);
});

for (const { to, at } of [
  { to: 'a later time', at: 500 },
  { to: 'no time', at: undefined },
]) {
  test(`a wake timer that is set to ${to} keeps the wake that it has`, () => {
    const { clock, wakes, timer } = rig();
    timer.set(100);
    timer.set(at);
    assert.equal(clock.nextWake(), 100);
    clock.advance(1_000);
    assert.deepEqual(wakes, [100]);
  });
}

test('a wake timer that has woken can be set again, from within the wake too', () => {
  const clock = virtualClock();
  const wakes: number[] = [];
  const timer = wakeTimer(clock, () => {
    wakes.push(clock.now());
    timer.set(clock.now() + 100);
  });
  timer.set(0);
  clock.advance(250);
  assert.deepEqual(wakes, [0, 100, 200]);
});

test('a wake timer that is stopped wakes no more, even when it is set afterwards', () => {
  const { clock, wakes, timer } = rig();
  timer.set(100);
  timer.stop();
  timer.set(200);
  assert.equal(clock.nextWake(), undefined);
  clock.advance(1_000);
  assert.deepEqual(wakes, []);
});
