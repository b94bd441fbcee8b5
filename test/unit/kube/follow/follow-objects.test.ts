import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MalformedJsonError } from '../../../../src/kube/api/byte-collector.ts';
import { fields } from '../../../../src/kube/api/json.ts';
import {
  FinalKubeError,
  type KubeError,
  type KubeErrorKind,
  RetryableKubeError,
} from '../../../../src/kube/api/kube-error.ts';
import { followObjects } from '../../../../src/kube/follow/follow-objects.ts';
import { bookmark, listOf, scriptedClient } from '../../../support/kube/scripted-client.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const PATH = '/apis/shop/v1/namespaces/default/cakes';
const RETRY = { baseMs: 100, capMs: 1_000 };
const SILENCE_MS = 3_000;

/** Follows cakes, of which only the taste matters. */
function following() {
  const clock = virtualClock();
  const client = scriptedClient();
  const told: string[] = [];
  const troubles: (KubeErrorKind | undefined)[] = [];
  const errors: KubeError[] = [];
  const follower = followObjects({
    client,
    objects: {
      name: 'cakes',
      path: PATH,
      query: { labelSelector: 'sweet' },
      decode: (object) => tasteOf(object),
      rbacRule: 'the right to cakes',
    },
    settings: { listDeadlineMs: 1_250, silenceMs: SILENCE_MS, retry: RETRY },
    clock,
    random: () => 0.5,
    see: ({ version, objects }) => void told.push(`${version}: ${objects.join(' ')}`),
    trouble(error) {
      troubles.push(error?.kind);
      if (error !== undefined) errors.push(error);
    },
  });
  return { clock, client, told, troubles, errors, follower };
}

function tasteOf(object: unknown): string {
  const { taste } = fields(object);
  if (typeof taste !== 'string') throw new MalformedJsonError('a cake without taste');
  return taste;
}

function cake(name: string, taste: string, version = '1') {
  return { metadata: { name, resourceVersion: version }, taste };
}

function event(type: string, name: string, taste: string, version: string) {
  return { type, object: cake(name, taste, version) };
}

function unreachable(): KubeError {
  return new RetryableKubeError('unreachable', 'x', 'ECONNRESET');
}

function verbs({ client }: ReturnType<typeof following>): string[] {
  return client.asked.map(({ request }) => request.name.split(' ')[0] ?? '');
}

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

test('trouble is told once for each kind of error, and its end when a watch has proved good', async () => {
  const { client, clock, troubles } = following();
  const fail = async (error: KubeError) => {
    await client.last.fail(error);
    await clock.advanceAsync(RETRY.capMs);
  };
  await fail(unreachable());
  await fail(unreachable());
  await fail(new RetryableKubeError('server', 'x', '500'));
  await client.last.answer(listOf('7'));
  await client.last.accept();
  await clock.advanceAsync(999);
  assert.deepEqual(troubles, ['unreachable', 'server'], 'a list alone proves nothing');
  await clock.advanceAsync(1);
  assert.deepEqual(troubles, ['unreachable', 'server', undefined], 'it has lived');
  await client.last.end();
  await fail(unreachable());
  await client.last.answer(listOf('8'));
  await client.last.say(bookmark('9'));
  const again = ['unreachable', undefined];
  assert.deepEqual(troubles, ['unreachable', 'server', undefined, ...again]);
});

test('S2 a watch that the server never took is no success, however long it was waited for', async () => {
  const { client, clock, troubles } = following();
  for (const wait of [75, 150]) {
    await client.last.answer(listOf('7'));
    await clock.advanceAsync(2_000);
    await client.last.fail(unreachable());
    assert.equal(clock.nextWake(), clock.now() + wait);
    await clock.advanceAsync(wait);
  }
  assert.deepEqual(troubles, ['unreachable']);
});

test('S2 a watch that is never answered is given up, and is trouble', async () => {
  const { client, clock, errors } = following();
  await client.last.answer(listOf('7'));
  await clock.advanceAsync(SILENCE_MS);
  assert.equal(errors[0]?.message, 'watch cakes: it is not answered');
  assert.equal(clock.nextWake(), SILENCE_MS + 75);
});

test('a watch that is refused is trouble however long that took, and pauses follow', async () => {
  const { client, clock, troubles } = following();
  for (const wait of [75, 150]) {
    await client.last.answer(listOf('7'));
    await clock.advanceAsync(2_000);
    await client.last.fail(new RetryableKubeError('server', 'x', '500'));
    assert.equal(clock.nextWake(), clock.now() + wait);
    await clock.advanceAsync(wait);
  }
  assert.deepEqual(troubles, ['server']);
});

test('a refusal, of the list or the watch, names the right that is missing', async () => {
  const refused = new FinalKubeError('forbidden', 'x', '403 forbidden');
  for (const lists of [0, 1]) {
    const { client, errors } = following();
    if (lists === 1) await client.last.answer(listOf('7'));
    await client.last.fail(refused);
    assert.match(errors[0]?.message ?? '', /403 forbidden .*the right to cakes/);
  }
});

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
