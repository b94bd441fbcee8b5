import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followObjects } from '../../../../src/kube/follow/follow-objects.ts';
import {
  cake,
  event,
  following,
  PATH,
  RETRY,
  SILENCE_MS,
  tasteOf,
  unreachable,
} from '../../../support/kube/following-cakes.ts';
import { listOf, scriptedClient } from '../../../support/kube/scripted-client.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

test('S42 all there are are told at first, and after each change', async () => {
  const { client, told } = following();
  await client.last.answer(listOf('7', cake('a', 'lemon'), cake('b', 'plum')));
  await client.last.say(event('MODIFIED', 'a', 'rum', '8'), event('ADDED', 'c', 'nut', '10'));
  await client.last.say(event('DELETED', 'b', 'plum', '11'));
  await client.last.say(event('DELETED', 'a', 'rum', '12'), event('ADDED', 'a', 'fig', '13'));
  assert.deepEqual(told, [
    '7: lemon plum',
    '8: rum plum',
    '10: rum plum nut',
    '11: rum nut',
    '12: nut',
    '13: nut fig',
  ]);
});

test('a list of nothing is told, too', async () => {
  const { client, told } = following();
  await client.last.answer({ metadata: { resourceVersion: '7' }, items: null });
  assert.deepEqual(told, ['7: ']);
});

test('the list is of the present, and the watch begins where it ends, with bookmarks', async () => {
  const { client } = following();
  const { request: list } = client.last;
  assert.deepEqual(
    [list.path, list.query, list.deadlineMs],
    [PATH, { labelSelector: 'sweet' }, 1_250],
  );
  await client.last.answer(listOf('7'));
  const { request: watch } = client.last;
  assert.equal(watch.path, PATH);
  assert.deepEqual(watch.query, {
    labelSelector: 'sweet',
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: '7',
    timeoutSeconds: '300',
  });
  assert.equal(watch.deadlineMs, undefined);
});

const STRANGE_LISTS: ReadonlyArray<[string, unknown]> = [
  ['a number', 7],
  ['no version', { metadata: {}, items: [] }],
  ['a version that is no number', listOf('opaque')],
  ['an object without a name', listOf('7', { taste: 'x' })],
  ['an object that cannot be decoded', listOf('7', { metadata: { name: 'a' } })],
];

for (const [title, body] of STRANGE_LISTS) {
  test(`a list that cannot be read (${title}) is asked for again, and tells nothing`, async () => {
    const all = following();
    const { client, clock, told, errors } = all;
    await client.last.answer(body);
    assert.deepEqual(told, []);
    assert.match(errors[0]?.message ?? '', /^list cakes: /);
    assert.equal(errors[0]?.kind, 'malformed');
    await clock.advanceAsync(RETRY.capMs);
    await client.last.answer(listOf('8', cake('a', 'rum')));
    assert.deepEqual(told, ['8: rum']);
  });
}

test('once disposed of it ends its requests and timers, and tells nothing any more', async () => {
  for (const stage of ['listing', 'watching', 'pausing'] as const) {
    const { client, clock, told, troubles, follower } = following();
    if (stage === 'watching') await client.last.answer(listOf('7'));
    if (stage === 'pausing') await client.last.fail(unreachable());
    const [before, asked] = [told.length + troubles.length, client.asked.length];
    follower[Symbol.dispose]();
    await client.last.say(event('ADDED', 'a', 'rum', '8'));
    await clock.advanceAsync(60_000);
    assert.equal(told.length + troubles.length, before, stage);
    assert.equal(client.asked.length, asked, stage);
    assert.equal(client.last.request.signal?.aborted, true, stage);
    assert.equal(clock.nextWake(), undefined, stage);
  }
});

test('whoever is told may dispose of it there and then', async () => {
  const client = scriptedClient();
  const clock = virtualClock();
  let told = 0;
  const follower = followObjects({
    client,
    objects: { name: 'cakes', path: PATH, query: {}, decode: tasteOf, rbacRule: '' },
    settings: { listDeadlineMs: 1_250, silenceMs: SILENCE_MS, retry: RETRY },
    clock,
    random: () => 0.5,
    see() {
      told++;
      if (told === 2) follower[Symbol.dispose]();
    },
    trouble: () => assert.fail('no trouble'),
  });
  await client.last.answer(listOf('7'));
  await client.last.say(event('ADDED', 'a', 'x', '8'), event('ADDED', 'b', 'y', '9'));
  assert.equal(told, 2);
  assert.equal(client.last.request.signal?.aborted, true);
});
