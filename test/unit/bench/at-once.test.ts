import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBackground } from '../../../bench/rig/background.ts';
import { forEachAtOnce } from '../../../bench/rig/pool.ts';

/** Work that notes how many items are under way at a time. */
function counted() {
  const done: number[] = [];
  let [underWay, most] = [0, 0];
  return {
    done,
    most: () => most,
    work: async (item: number) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      done.push(item);
    },
  };
}

test('a pool does every item once, and never more at a time than it is wide', async () => {
  const { work, done, most } = counted();
  await forEachAtOnce([1, 2, 3, 4, 5, 6, 7], 3, work);
  assert.deepEqual(done, [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(most(), 3);
});

test('a pool ends with the first failure, and begins nothing after it', async () => {
  const begun: number[] = [];
  const failing = async (item: number) => {
    begun.push(item);
    await new Promise(setImmediate);
    if (item === 2) throw new Error('item 2');
  };
  await assert.rejects(forEachAtOnce([1, 2, 3, 4, 5, 6], 2, failing), /item 2/);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  assert.deepEqual(begun, [1, 2, 3]);
});

test('a background does what it is given, in order and never more at a time than it is wide', async () => {
  const { work, done, most } = counted();
  const background = createBackground(2, work);
  for (const item of [1, 2, 3, 4, 5]) background.add(item);
  await background.drained();
  background.add(6);
  await background.drained();
  assert.deepEqual(done, [1, 2, 3, 4, 5, 6]);
  assert.equal(most(), 2);
});

test('a background tells of a failure when it is asked to be drained', async () => {
  const background = createBackground(1, async (item: number) => {
    if (item === 1) throw new Error('item 1');
  });
  background.add(1);
  await assert.rejects(background.drained(), /item 1/);
});
