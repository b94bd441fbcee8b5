import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { KubeClient, KubeRequest } from '../../../src/kube/api/kube-client.ts';
import { FinalKubeError, isKubeError } from '../../../src/kube/api/kube-error.ts';
import { podScope, type WatchedNamespaces } from '../../../src/kube/pod-scope.ts';
import { createPodsApi } from '../../../src/kube/pods-api.ts';
import type { WatchEvent } from '../../../src/kube/reflector/messages.ts';
import { aPod } from '../../support/kube/pods.ts';

const { signal } = new AbortController();
const SHOP: WatchedNamespaces = { kind: 'one', name: 'shop' };
const TEAMS: WatchedNamespaces = { kind: 'matching', regex: /^team-/iu };

/** A client that answers every request with these pieces, or this error, and remembers the requests. */
function answering(answer: readonly Buffer[] | Error) {
  const requests: KubeRequest[] = [];
  const client: KubeClient = {
    async *stream(request) {
      requests.push(request);
      if (answer instanceof Error) throw answer;
      request.onAccepted?.();
      yield* answer;
    },
    json: () => assert.fail('not asked for'),
    close: () => {},
  };
  return { client, requests };
}

function api(answer: readonly Buffer[] | Error, watched = SHOP, podSelector?: string) {
  const { client, requests } = answering(answer);
  return { ...createPodsApi(client, podScope(watched), podSelector), requests };
}

function podList(namespaces: readonly string[], metadata: object = { resourceVersion: '7' }) {
  const items = namespaces.map((namespace, index) =>
    aPod({ name: `pod-${index}`, namespace })
      .annotated('ü€😀')
      .withInitRunning()
      .build(),
  );
  return Buffer.from(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata, items }));
}

const QUERY = { fieldSelector: 'status.phase=Pending', limit: 500 };

async function errorOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(isKubeError(error), String(error));
  return error;
}

async function eventsOf(events: AsyncIterable<readonly WatchEvent[]>): Promise<WatchEvent[]> {
  const all: WatchEvent[] = [];
  for await (const batch of events) all.push(...batch);
  return all;
}

test('one namespace is asked for by itself, a pattern across the cluster', async () => {
  for (const [watched, path] of [
    [SHOP, '/api/v1/namespaces/shop/pods'],
    [TEAMS, '/api/v1/pods'],
  ] as const) {
    const pods = api([podList([])], watched);
    await pods.list(QUERY, signal);
    assert.equal(pods.requests[0]?.path, path);
  }
});

test('S3 a list asks for a page, of an exact moment or from a continue token, never both', async () => {
  const pods = api([podList([])], SHOP, 'vault=yes');
  await pods.list(QUERY, signal);
  await pods.list({ ...QUERY, exactVersion: '5' }, signal);
  await pods.list({ ...QUERY, continueToken: 'next' }, signal);
  const always = {
    labelSelector: 'vault=yes',
    fieldSelector: 'status.phase=Pending',
    limit: '500',
  };
  assert.deepEqual(
    pods.requests.map(({ query }) => query),
    [
      always,
      { ...always, resourceVersion: '5', resourceVersionMatch: 'Exact' },
      { ...always, continue: 'next' },
    ],
  );
});

test('S3 a watch asks for bookmarks, and for an end', async () => {
  const pods = api([], SHOP, 'vault=yes');
  await eventsOf(pods.watch({ version: '5', timeoutSeconds: 300 }, signal, () => {}));
  assert.deepEqual(pods.requests[0]?.query, {
    labelSelector: 'vault=yes',
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: '5',
    timeoutSeconds: '300',
  });
  assert.equal(pods.requests[0]?.deadlineMs, undefined);
});

test('a page gives the facts of its pods, its version and what leads on', async () => {
  const metadata = { resourceVersion: '7', continue: 'next' };
  const page = await api([podList(['shop', 'shop'], metadata)]).list(QUERY, signal);
  assert.deepEqual(
    page.facts.map(({ name, approle }) => [name, approle]),
    [
      ['pod-0', 'ü€😀'],
      ['pod-1', 'ü€😀'],
    ],
  );
  assert.equal(page.version, '7');
  assert.equal(page.continueToken, 'next');
});

test('S5 pods of namespaces that are not watched are passed over, by lists and watches', async () => {
  const page = await api([podList(['team-a', 'other', 'TEAM-b'])], TEAMS).list(QUERY, signal);
  assert.deepEqual(
    page.facts.map(({ namespace }) => namespace),
    ['team-a', 'TEAM-b'],
  );
  const lines = ['team-a', 'other'].flatMap((namespace, index) =>
    ['MODIFIED', 'DELETED'].map((type) => {
      const object = aPod({ namespace }).atVersion(index).build();
      return `${JSON.stringify({ type, object })}\n`;
    }),
  );
  const pods = api([Buffer.from(lines.join(''))], TEAMS);
  const events = await eventsOf(
    pods.watch({ version: '5', timeoutSeconds: 300 }, signal, () => {}),
  );
  assert.deepEqual(
    events.map(({ kind, version }) => [kind, version]),
    [
      ['pod', '0'],
      ['gone', '0'],
      ['other', '1'],
      ['other', '1'],
    ],
  );
});

test('S7 a watch that the server has taken says so, though nothing happens in it', async () => {
  let accepted = 0;
  const pods = api([]);
  const query = { version: '5', timeoutSeconds: 300 };
  await eventsOf(pods.watch(query, signal, () => (accepted += 1)));
  assert.equal(accepted, 1);
});

test('an object that is no pod is passed over by a watch, but its version counts', async () => {
  const object = { metadata: { resourceVersion: '8', name: 7 } };
  const pods = api([Buffer.from(`${JSON.stringify({ type: 'ADDED', object })}\n`)]);
  const events = await eventsOf(
    pods.watch({ version: '5', timeoutSeconds: 300 }, signal, () => {}),
  );
  assert.deepEqual(events, [{ kind: 'other', version: '8' }]);
});

test('a page that is cut at any byte is an error that says so, never half a page', async () => {
  const whole = podList(['shop', 'shop']);
  for (let length = 0; length < whole.length; length++) {
    const error = await errorOf(api([whole.subarray(0, length)]).list(QUERY, signal));
    assert.equal(error.kind, 'malformed');
    const [head, tail] = [whole.subarray(0, length), whole.subarray(length)];
    assert.equal((await api([head, tail]).list(QUERY, signal)).facts.length, 2);
  }
});

const WRONG_LISTS: ReadonlyArray<[string, unknown]> = [
  ['a number', 7],
  ['an array', []],
  ['a Status', { kind: 'Status', status: 'Success' }],
  ['no version', { metadata: {}, items: [] }],
  ['a version of a wrong type', { metadata: { resourceVersion: 7 }, items: [] }],
  ['items that are no objects', { metadata: { resourceVersion: '7' }, items: [1] }],
];

for (const [title, body] of WRONG_LISTS) {
  test(`a list that is none (${title}) is malformed`, async () => {
    const error = await errorOf(api([Buffer.from(JSON.stringify(body))]).list(QUERY, signal));
    assert.equal(error.kind, 'malformed');
    assert.equal(error.retryable, true);
  });
}

test('a list may have null for no items, and items that are no pods', async () => {
  const metadata = { resourceVersion: '7' };
  for (const items of [null, [], [{}], [{ metadata: null }], [[]]]) {
    const body = Buffer.from(JSON.stringify({ metadata, items }));
    assert.deepEqual((await api([body]).list(QUERY, signal)).facts, []);
  }
});

test('where rights are missing, the rule to add is named', async () => {
  const refused = new FinalKubeError('forbidden', 'list pods', '403 pods is forbidden');
  for (const [watched, rule] of [
    [SHOP, /a Role in namespace shop with .*pods.*list, watch/],
    [TEAMS, /a ClusterRole with .*pods.*list, watch/],
  ] as const) {
    const pods = api(refused, watched);
    for (const request of [
      pods.list(QUERY, signal),
      eventsOf(pods.watch({ version: '5', timeoutSeconds: 300 }, signal, () => {})),
    ]) {
      const error = await errorOf(request);
      assert.equal(error.kind, 'forbidden');
      assert.match(error.message, rule);
      assert.match(error.message, /403 pods is forbidden/);
    }
  }
});

test('of a page nothing but the facts stays in memory, not even of a long annotation', async () => {
  const pods = 300;
  const page = pageOfLongAnnotations(pods);
  const before = liveBytes();
  const { facts } = await api([page]).list(QUERY, signal);
  const kept = liveBytes() - before;
  assert.equal(facts.length, pods);
  assert.ok(kept < pods * 10_000, `${Math.round(kept / pods)} bytes for each pod of 50 kB`);
});

function pageOfLongAnnotations(pods: number): Buffer {
  const items = Array.from({ length: pods }, (_, index) =>
    aPod({ name: `pod-${index}`, namespace: 'shop' })
      .annotated(`role-${index}${'x'.repeat(50_000)}`)
      .build(),
  );
  return Buffer.from(JSON.stringify({ metadata: { resourceVersion: '7' }, items }));
}

/** What is alive on the heap and in buffers. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  assert.ok(typeof collect === 'function');
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
