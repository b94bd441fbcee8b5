import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followFile } from '../../../src/base/follow-file.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** Follows a file that holds what `state.content` does; an Error is what reading it throws. */
function following(first: string | Error) {
  const clock = virtualClock();
  const state = { content: first, reads: 0 };
  const told: string[] = [];
  const read = async (path: string) => {
    assert.equal(path, '/the/file');
    state.reads += 1;
    if (state.content instanceof Error) throw state.content;
    return state.content;
  };
  const listener = {
    changed(text: string) {
      if (text === 'unfit') throw new Error('that is unfit');
      told.push(text);
    },
    failed: (error: unknown) => void told.push(String(error)),
  };
  const file = followFile('/the/file', { read, clock, random: () => 0.5 }, listener);
  return { clock, state, told, file };
}

test('a file is told of at once, and again only when its text has changed', async () => {
  const { clock, state, told } = following('one');
  await clock.advanceAsync(0);
  assert.deepEqual(told, ['one']);
  await clock.advanceAsync(10_000);
  assert.equal(state.reads, 6);
  state.content = 'two';
  await clock.advanceAsync(2_000);
  assert.deepEqual(told, ['one', 'two']);
});

test('a failure is told of once, and what is read after it again', async () => {
  const { clock, state, told } = following('one');
  for (const content of [new Error('gone'), new Error('gone'), new Error('denied'), 'one']) {
    await clock.advanceAsync(2_000);
    state.content = content;
  }
  await clock.advanceAsync(2_000);
  assert.deepEqual(told, ['one', 'Error: gone', 'Error: denied', 'one']);
});

test('a failure that comes back is told of again', async () => {
  const { clock, state, told } = following(new Error('gone'));
  for (const content of ['one', new Error('gone')]) {
    await clock.advanceAsync(2_000);
    state.content = content;
  }
  await clock.advanceAsync(2_000);
  assert.deepEqual(told, ['Error: gone', 'one', 'Error: gone']);
});

test('a look reads it at once, and there is one timer, however often it was looked', async () => {
  const { clock, state, told, file } = following('one');
  await clock.advanceAsync(1_000);
  state.content = 'two';
  file.look();
  file.look();
  await clock.advanceAsync(0);
  assert.deepEqual([told, state.reads], [['one', 'two'], 3]);
  await clock.advanceAsync(2_000);
  assert.equal(state.reads, 4);
});

test('what cannot be made of a text is a failure too, told once', async () => {
  const { clock, state, told } = following('unfit');
  await clock.advanceAsync(20_000);
  assert.deepEqual(told, ['Error: that is unfit']);
  state.content = 'one';
  await clock.advanceAsync(2_000);
  assert.deepEqual(told, ['Error: that is unfit', 'one']);
});

test('a file that is followed no more is neither read nor told of', async () => {
  const { clock, state, told, file } = following('one');
  file.stop();
  file.look();
  await clock.advanceAsync(10_000);
  assert.deepEqual([told, state.reads, clock.nextWake()], [[], 1, undefined]);
});
