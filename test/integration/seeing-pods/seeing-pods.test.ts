import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sameStart } from '../../../src/kube/pod-facts.ts';
import type { Fault } from '../../../src/sim/faults.ts';
import { type FaultyProxy, faultyProxy, isWatch } from '../../support/servers/faulty-proxy.ts';
import { until } from '../../support/until.ts';
import { aRunningPod, aWaitingPod, type Cluster, LIST_AND_WATCH, startCluster } from './cluster.ts';
import { type PodWatcher, type WatcherOptions, watchPods } from './pod-watcher.ts';

const servers = new AsyncDisposableStack();
let cluster: Cluster;
let proxy: FaultyProxy;
let token: string;

before(async () => {
  cluster = servers.use(await startCluster());
  const { url, caPem: ca } = cluster.plane;
  proxy = servers.use(await faultyProxy({ url, ca }));
  token = await cluster.account(LIST_AND_WATCH);
});

after(() => servers.disposeAsync());

/** Watches one namespace by way of the proxy; `requests()` are those since then. */
async function watchNamespace(namespace: string, options: Partial<WatcherOptions> = {}) {
  const watched = { kind: 'one', name: namespace } as const;
  const watcher = watchPods({ url: proxy.url, token, watched, ...options });
  const mine = () => proxy.requests.filter((url) => url.includes(`/${namespace}/`));
  await until('all pods are listed', () => watcher.finished() === 1);
  return Object.assign(watcher, { requests: mine });
}

function roles(watcher: PodWatcher): string[] {
  return [...watcher.pods.values()].map(({ name, approle }) => `${name}=${approle}`).sort();
}

function search(url: string | undefined): URLSearchParams {
  return new URL(url ?? '', 'http://proxy').searchParams;
}

test('S1 the watch goes on telling after the first event, over one request', async () => {
  const namespace = await cluster.namespace();
  using watcher = await watchNamespace(namespace);
  const pod = aWaitingPod(namespace, 'web');
  const uid = await cluster.create(pod);
  for (let change = 0; change < 20; change++) {
    await cluster.annotate(pod, `role-${change}`);
    await until('it is seen', () => watcher.pods.get(uid)?.approle === `role-${change}`);
  }
  await cluster.remove(pod);
  await until('its end is seen', () => !watcher.pods.has(uid));
  assert.equal(watcher.requests().filter(isWatch).length, 1);
});

const EXPIRED = {
  kind: 'Status',
  code: 410,
  reason: 'Expired',
  message: 'too old resource version',
};
const INTERNAL = { kind: 'Status', code: 500, message: 'etcdserver: no leader' };

/** What is done to a running watch. */
const ENDS: ReadonlyArray<[string, () => void]> = [
  ['a clean end', () => proxy.endWatches()],
  ['a reset', () => proxy.cutConnections()],
  ['410 as an event', () => proxy.endWatches({ type: 'ERROR', object: EXPIRED })],
  ['500 as an event', () => proxy.endWatches({ type: 'ERROR', object: INTERNAL })],
  ['an event that is none', () => proxy.endWatches({ type: 'ADDED', object: 'pod' })],
];

/** What is done to the request that follows, once. */
const NEXT: ReadonlyArray<[string, Fault | undefined]> = [
  ['nothing more', undefined],
  ['a dropped request', { kind: 'drop' }],
  ['a lost answer', { kind: 'lose' }],
  ['500', { kind: 'answer', status: 500, body: JSON.stringify(INTERNAL) }],
  ['410', { kind: 'answer', status: 410, body: JSON.stringify(EXPIRED) }],
  ['429', { kind: 'answer', status: 429, headers: { 'retry-after': '1' } }],
  ['an answer cut within an event', { kind: 'cut', atByte: 700 }],
  ['HTML', { kind: 'answer', status: 200, body: '<html>' }],
];

for (const [end, doEnd] of ENDS) {
  test(`S2 a watch that meets ${end}, whatever comes then, misses nothing and tells nothing old`, async () => {
    const namespace = await cluster.namespace();
    const settings = { retry: { baseMs: 50, capMs: 400 } };
    using watcher = await watchNamespace(namespace, { settings });
    const pods = ['a', 'b', 'c'].map((name) => aWaitingPod(namespace, name));
    for (const pod of pods) await cluster.create(pod);
    let round = 0;
    for (const [, fault] of NEXT) {
      round++;
      const withdraw = fault ? proxy.faults.order({ fault, times: 1 }) : () => {};
      doEnd();
      for (const pod of pods) await cluster.annotate(pod, `role-${round}`);
      const wanted = ['a', 'b', 'c'].map((name) => `${name}=role-${round}`).join();
      await until(`round ${round} is seen`, () => roles(watcher).join() === wanted);
      withdraw();
    }
    assertNothingOld(watcher);
    const { length } = watcher.requests();
    assert.ok(length <= 2 + 6 * NEXT.length, `${length} requests`);
  });
}

function assertNothingOld({ events }: PodWatcher): void {
  const latest = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== 'pod') continue;
    const { uid, approle } = event.facts;
    const round = Number(approle?.replace('role-', '').replace('web', '0'));
    assert.ok(round >= (latest.get(uid) ?? 0), `${approle} came late`);
    latest.set(uid, round);
  }
}

test('S2 a watch that the server ends is resumed from its bookmark, without a list', async () => {
  const namespace = await cluster.namespace();
  const settings = { watchTimeoutMs: 3_000, shortWatchMs: 1_000 };
  using watcher = await watchNamespace(namespace, { settings });
  const lists = watcher.requests().filter((url) => !isWatch(url)).length;
  // Elsewhere something changes: of that only a bookmark tells.
  await cluster.create(aWaitingPod(await cluster.namespace(), 'elsewhere'));
  const watches = await until('it is resumed', () => {
    const all = watcher.requests().filter(isWatch);
    return all.length >= 2 && all;
  });
  const [first, second] = watches.map((url) => Number(search(url).get('resourceVersion')));
  assert.ok(Number(second) > Number(first), `${second} is later than ${first}`);
  assert.equal(search(watches[0]).get('allowWatchBookmarks'), 'true');
  assert.equal(watcher.requests().filter((url) => !isWatch(url)).length, lists);
});

test('S3 a start lists pages, the waiting pods first, and running pods cost no request after it', async () => {
  const namespace = await cluster.namespace();
  const runningPods = Array.from({ length: 55 }, (_, n) => aRunningPod(namespace, `runs-${n}`));
  await Promise.all(runningPods.map((pod) => cluster.create(pod)));
  const waitingPods = Array.from({ length: 25 }, (_, n) => aWaitingPod(namespace, `waits-${n}`));
  await Promise.all(waitingPods.map((pod) => cluster.create(pod)));
  await cluster.create(aRunningPod(namespace, 'ended').succeeded());

  using watcher = await watchNamespace(namespace, { settings: { pageLimit: 10 } });
  const lists = watcher.requests().filter((url) => !isWatch(url));
  const selectors = lists.map((url) => search(url).get('fieldSelector'));
  const pending = selectors.filter((selector) => selector === 'status.phase=Pending').length;
  assert.equal(pending, 3);
  assert.equal(lists.length, 3 + 6);
  const firstOfRest = search(lists[3]);
  assert.equal(firstOfRest.get('resourceVersionMatch'), 'Exact');
  assert.ok(lists.every((url) => search(url).get('limit') === '10'));

  const told = watcher.events.map((event) =>
    event.kind === 'pod' ? event.facts.name : event.kind,
  );
  const listed = told.indexOf('pending-listed');
  assert.deepEqual(
    told.slice(1, listed).sort(),
    waitingPods.map((pod) => pod.build().metadata.name).sort(),
  );
  assert.equal(watcher.pods.size, 80);

  const { length } = watcher.requests();
  for (const pod of runningPods.slice(0, 20)) await cluster.annotate(pod, 'changed');
  const changed = () => [...watcher.pods.values()].filter(({ approle }) => approle === 'changed');
  await until('the changes are seen', () => changed().length === 20);
  assert.equal(watcher.requests().length, length);
});

test('S4 pods of one name in two namespaces, and one created anew, are different pods', async () => {
  const namespaces = [await cluster.namespace(), await cluster.namespace()];
  const regex = new RegExp(`^(${namespaces.join('|')})$`, 'iu');
  using watcher = watchPods({ url: proxy.url, token, watched: { kind: 'matching', regex } });
  const uids: string[] = [];
  for (const namespace of namespaces) {
    uids.push(await cluster.create(aWaitingPod(namespace, 'web')));
  }
  await until('both are seen', () => uids.every((uid) => watcher.pods.has(uid)));
  assert.equal(new Set(uids).size, 2);

  const [first = ''] = namespaces;
  await cluster.remove(aWaitingPod(first, 'web'));
  const anew = await cluster.create(aWaitingPod(first, 'web'));
  await until('the new one is seen', () => watcher.pods.has(anew));
  assert.equal(watcher.pods.has(uids[0] ?? ''), false);
  assert.equal(watcher.pods.get(anew)?.namespace, first);
});

test('S5 pods of namespaces that do not match, or without the label, are not seen', async () => {
  const [mine, other] = [await cluster.namespace(), await cluster.namespace()];
  const watched = { kind: 'matching', regex: new RegExp(`^${mine}$`, 'iu') } as const;
  const podSelector = 'vault=yes';
  using watcher = watchPods({ url: proxy.url, token, watched, podSelector });
  const labelled = (namespace: string, name: string) =>
    aWaitingPod(namespace, name).labelled({ vault: 'yes' });
  await cluster.create(labelled(other, 'elsewhere'));
  await cluster.create(aWaitingPod(mine, 'unlabelled'));
  const uid = await cluster.create(labelled(mine, 'web'));
  await until('it is seen', () => watcher.pods.has(uid));
  assert.equal(watcher.pods.size, 1);
});

test('S8 an init container that runs again in a running pod is seen as another start', async () => {
  const namespace = await cluster.namespace();
  using watcher = await watchNamespace(namespace);
  const first = aWaitingPod(namespace, 'web');
  const uid = await cluster.create(first);
  const container = () => watcher.pods.get(uid)?.container;
  const before = await until('it runs', () => container()?.kind === 'running' && container());
  const ended = first.withInitEnded(0).running();
  await cluster.writeStatus(ended);
  await until('it has ended', () => container()?.kind === 'ended');
  await cluster.writeStatus(ended.withNewSandbox());
  const again = await until('it runs again', () => container()?.kind === 'running' && container());
  assert.equal(watcher.pods.get(uid)?.phase, 'Running');
  assert.ok(before.kind === 'running' && again.kind === 'running');
  assert.equal(sameStart(before.start, again.start), false);
  assert.equal(again.previous?.containerId, before.start.containerId);
});

test('a Role in the one namespace is enough, and a missing rule is named until it is granted', async () => {
  const namespace = await cluster.namespace();
  const least = await cluster.account(LIST_AND_WATCH, namespace);
  const uid = await cluster.create(aWaitingPod(namespace, 'web'));
  using watcher = await watchNamespace(namespace, { token: least });
  assert.ok(watcher.pods.has(uid));

  const everywhere = { kind: 'matching', regex: /./u } as const;
  using without = watchPods({ url: proxy.url, token: least, watched: everywhere });
  const report = await until('it is reported', () =>
    without.reports.find(({ kind }) => kind === 'failing'),
  );
  assert.ok(report.kind === 'failing' && report.error.kind === 'forbidden');
  assert.match(report.error.message, /cannot list resource "pods".*ClusterRole with .*\[pods\]/);
});

test('S7 the API server goes away and comes back: pods that waited are all seen', async () => {
  const namespace = await cluster.namespace();
  const { url, caPem: ca } = cluster.plane;
  using watcher = await watchNamespace(namespace);
  const directly = () => watchPods({ url, ca, token, watched: { kind: 'one', name: namespace } });
  using direct = directly();
  const uids = [await cluster.create(aWaitingPod(namespace, 'before'))];
  await until('both see it', () => watcher.pods.size === 1 && direct.pods.size === 1);
  for (const [name, stop] of [
    ['stopped', 'stopApiServer'],
    ['killed', 'killApiServer'],
  ] as const) {
    await cluster.plane[stop]();
    using late = directly();
    await until('it is noticed', () => isFailing(direct) && isFailing(late));
    await cluster.plane.startApiServer();
    uids.push(await cluster.create(aWaitingPod(namespace, `after-it-was-${name}`)));
    for (const one of [watcher, direct, late]) {
      await until('every pod is seen', () => uids.every((uid) => one.pods.has(uid)), 20_000);
    }
  }
  await cluster.remove(aWaitingPod(namespace, 'before'));
  await until('the watch goes on', () => direct.pods.size === 2 && watcher.pods.size === 2);
});

function isFailing({ reports }: PodWatcher): boolean {
  const last = reports.findLast(({ kind }) => kind === 'failing' || kind === 'recovered');
  return last?.kind === 'failing';
}
