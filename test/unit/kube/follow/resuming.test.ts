import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RetryableKubeError } from '../../../../src/kube/api/kube-error.ts';
import {
  cake,
  event,
  following,
  RETRY,
  SILENCE_MS,
  unreachable,
  verbs,
} from '../../../support/kube/following-cakes.ts';
import { bookmark, listOf } from '../../../support/kube/scripted-client.ts';

test('S2 a watch that has lived is followed by a list and another watch at once', async () => {
  const all = following();
  const { client, clock, told, troubles } = all;
  for (const end of [() => client.last.end(), () => client.last.fail(unreachable())]) {
    await client.last.answer(listOf('7', cake('a', 'lemon')));
    await client.last.accept();
    await clock.advanceAsync(1_000);
    await end();
  }
  await client.last.answer(listOf('9', cake('a', 'rum')));
  assert.deepEqual(verbs(all), ['list', 'watch', 'list', 'watch', 'list', 'watch']);
  assert.equal(clock.now(), 2_000);
  assert.equal(told.at(-1), '9: rum');
  assert.deepEqual(troubles, []);
});

test('S2 watches that end at once are resumed after pauses that grow, to a second at most', async () => {
  const all = following();
  const { client, clock, troubles } = all;
  for (let round = 0; round < 8; round++) {
    await client.last.answer(listOf('7'));
    await client.last.end();
    await clock.advanceAsync(RETRY.capMs);
  }
  assert.equal(
    verbs(all).length,
    2 * 8 + 1,
    'a list and a watch for each round, and the next list',
  );
  assert.deepEqual(troubles, ['unreachable']);
});

test('S2 the pauses after failures grow, and never make it blind for longer than a second', async () => {
  const { client, clock } = following();
  const waits: number[] = [];
  for (let failure = 0; failure < 7; failure++) {
    const failedAt = clock.now();
    await client.last.fail(unreachable());
    const wake = clock.nextWake();
    assert.ok(wake !== undefined);
    waits.push(wake - failedAt);
    await clock.advanceAsync(wake - failedAt);
  }
  assert.deepEqual(waits, [75, 150, 300, 600, 750, 750, 750]);
});

test('an API server that asks for patience gets as much as the longest pause', async () => {
  for (const [retryAfterMs, wait] of [
    [0, 75],
    [500, 500],
    [60_000, 1_000],
  ] as const) {
    const { client, clock } = following();
    await client.last.fail(new RetryableKubeError('throttled', 'x', '429', { retryAfterMs }));
    assert.equal(clock.nextWake(), wait);
  }
});

test('S2 after a watch whose history is lost, or whose event cannot be read, all are listed again', async () => {
  const lost = { type: 'ERROR', object: { kind: 'Status', code: 410, message: 'too old' } };
  const strange = { type: 'ADDED', object: { metadata: { name: 'a', resourceVersion: '8' } } };
  const nameless = { type: 'ADDED', object: { metadata: { resourceVersion: '8' }, taste: 'x' } };
  const unordered = event('ADDED', 'a', 'x', 'opaque');
  for (const [bad, kind] of [
    [lost, 'gone'],
    [strange, 'malformed'],
    [nameless, 'malformed'],
    [unordered, 'malformed'],
  ] as const) {
    const all = following();
    const { client, clock, told, troubles } = all;
    await client.last.answer(listOf('7', cake('a', 'lemon')));
    await client.last.say(event('MODIFIED', 'a', 'rum', '7'), bad);
    assert.deepEqual(troubles, [kind]);
    await clock.advanceAsync(RETRY.capMs);
    await client.last.answer(listOf('9', cake('a', 'fig')));
    assert.deepEqual(verbs(all), ['list', 'watch', 'list', 'watch']);
    assert.deepEqual(told, ['7: lemon', '7: rum', '9: fig']);
  }
});

test('a watch that says nothing for too long is given up, and all are listed again', async () => {
  const all = following();
  const { client, clock, told, troubles } = all;
  await client.last.answer(listOf('7', cake('a', 'lemon')));
  const watch = client.last;
  await clock.advanceAsync(SILENCE_MS - 1);
  await watch.say(bookmark('8'));
  await clock.advanceAsync(SILENCE_MS - 1);
  await watch.say(event('MODIFIED', 'a', 'rum', '9'));
  await clock.advanceAsync(SILENCE_MS - 1);
  assert.deepEqual(verbs(all), ['list', 'watch']);
  await clock.advanceAsync(1);
  assert.equal(watch.request.signal?.aborted, true);
  await client.last.answer(listOf('10', cake('a', 'fig')));
  assert.deepEqual(verbs(all), ['list', 'watch', 'list', 'watch']);
  assert.deepEqual(told, ['7: lemon', '9: rum', '10: fig']);
  assert.deepEqual(troubles, []);
});
