import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../../../src/base/clock.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

test('the virtual clock wakes in the order of time, then of asking, each at its own time', () => {
  const clock = virtualClock();
  const woken: string[] = [];
  const note = (name: string) => () => woken.push(`${name}@${clock.now()}`);
  clock.callAt(30, note('third'));
  clock.callAt(10, note('first'));
  clock.callAt(10, note('second'));
  clock.callAt(20, () => clock.callAt(25, note('asked for on the way')));
  const cancel = clock.callAt(15, note('cancelled'));
  cancel();
  clock.advance(29);
  assert.deepEqual(woken, ['first@10', 'second@10', 'asked for on the way@25']);
  assert.equal(clock.now(), 29);
  assert.equal(clock.nextWake(), 30);
});

test('the virtual clock lets async code run on between two wakes', async () => {
  const clock = virtualClock();
  const seen: number[] = [];
  const twoSteps = async () => {
    await pause(clock, 10);
    seen.push(clock.now());
    await pause(clock, 10);
    seen.push(clock.now());
  };
  const done = twoSteps();
  await clock.advanceAsync(100);
  await done;
  assert.deepEqual(seen, [10, 20]);
});
