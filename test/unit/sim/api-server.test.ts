import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from '../../../src/sim/api-server/api-error.ts';
import { createApiServer } from '../../../src/sim/api-server/api-server.ts';
import { KINDS } from '../../../src/sim/api-server/kinds.ts';
import type { WatchQuery } from '../../../src/sim/api-server/watch.ts';
import { aPod } from '../../support/kube/pods.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

const { pods } = KINDS;

function server(clock: VirtualClock = virtualClock()) {
  return createApiServer(clock, seededRandom(1));
}

/** A watch that writes down what it is told, with the seconds at which it is. */
function diary(api: ReturnType<typeof server>, query: WatchQuery, clock?: VirtualClock) {
  const lines: string[] = [];
  const at = () => (clock ? `${clock.now() / 1_000}s ` : '');
  const stop = api.watch(pods, query, {
    event({ type, object }) {
      const name = 'name' in object.metadata ? ` ${String(object.metadata.name)}` : '';
      lines.push(`${at()}${type}${name}`);
    },
    end: (how) => lines.push(`${at()}end ${how}`),
  });
  return { lines, stop };
}

test('put stores a pod as a builder made it, and makes its namespace', () => {
  const api = server();
  const pod = aPod({ namespace: 'shop', name: 'web' })
    .annotated('web')
    .withIp('10.0.0.1')
    .running();
  api.put(pods, pod.build());
  const stored = api.get({ kind: pods, namespace: 'shop', name: 'web' });
  assert.deepEqual(stored['status'], pod.build().status);
  assert.equal(stored.metadata.uid, pod.build().metadata.uid);
  assert.equal(stored.metadata.resourceVersion, String(api.version()));
  assert.equal(api.get({ kind: KINDS.namespaces, namespace: '', name: 'shop' }).kind, 'Namespace');
});

test('a bookmark comes every minute, and two seconds before the timeout', () => {
  const clock = virtualClock();
  const query = { resourceVersion: '1', allowWatchBookmarks: true, timeoutSeconds: 150 };
  const { lines } = diary(server(clock), query, clock);
  clock.advance(1_000_000);
  const live = lines.filter((line) => !line.startsWith('0s'));
  assert.deepEqual(live, ['60s BOOKMARK', '120s BOOKMARK', '148s BOOKMARK', '150s end closed']);
});

test('a watch without a timeout ends after half an hour to an hour', () => {
  const clock = virtualClock();
  const { lines } = diary(server(clock), {}, clock);
  clock.advance(30 * 60_000 - 1);
  assert.deepEqual(lines, []);
  clock.advance(30 * 60_000 + 1);
  assert.match(lines.join(), /^\d+(\.\d+)?s end closed$/);
});

test('a stopped watch leaves neither a timer nor a listener', () => {
  const clock = virtualClock();
  const api = server(clock);
  const { lines, stop } = diary(api, { allowWatchBookmarks: true, resourceVersion: '1' });
  lines.length = 0;
  stop();
  api.put(pods, aPod().build());
  assert.deepEqual([lines, clock.nextWake(), api.watchCount()], [[], undefined, 0]);
});

test('running watches can be ended in good order, by a broken connection, or with a 410', () => {
  for (const [how, expected] of [
    ['closed', ['end closed']],
    ['broken', ['end broken']],
    ['expired', ['ERROR', 'end closed']],
  ] as const) {
    const api = server();
    const { lines } = diary(api, { resourceVersion: String(api.version()) });
    api.endWatches(how);
    assert.deepEqual([lines, api.watchCount()], [expected, 0]);
  }
});

test('a change that a watcher makes reaches every watcher after the change that caused it', () => {
  const api = server();
  api.watch(
    pods,
    {},
    {
      event({ type, object }) {
        if (type !== 'ADDED') return;
        const { name } = object.metadata;
        if (name === 'first') api.put(pods, aPod({ name: 'second' }).build());
      },
      end: () => {},
    },
  );
  const { lines } = diary(api, {});
  api.put(pods, aPod({ name: 'first' }).build());
  assert.deepEqual(lines, ['ADDED first', 'ADDED second']);
});

test('when its history has expired, a list in pages answers 410 and the token to go on with', () => {
  const api = server();
  for (const name of ['a', 'b', 'c']) api.put(pods, aPod({ name }).build());
  const { metadata } = api.list(pods, { limit: 1 });
  api.remove(pods, 'default', 'b');
  api.expireHistory();
  const token = metadata.continue ?? '';
  const status = refusal(() => api.list(pods, { limit: 1, continue: token }));
  assert.deepEqual([status.code, status.reason], [410, 'Expired']);
  const goOn = api.list(pods, { continue: String(status.metadata['continue']) });
  assert.deepEqual(
    goOn.items.map((item) => (item.metadata as { name: string }).name),
    ['c'],
  );
  const exact = { resourceVersion: metadata.resourceVersion, resourceVersionMatch: 'Exact' };
  assert.equal(refusal(() => api.list(pods, exact)).code, 410);
});

test('pages of any size are together the list in one piece, whatever is written between them', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 30 });
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 7 }), (given, limit) => {
      const api = server();
      for (const name of given) api.put(pods, aPod({ name }).build());
      const whole = api.list(pods).items;
      const paged = [];
      for (let next: string | undefined = ''; next !== undefined; ) {
        const page = api.list(pods, { limit, continue: next });
        paged.push(...page.items);
        next = page.metadata.continue;
        api.put(pods, aPod({ name: `new-${paged.length}` }).build());
        api.remove(pods, 'default', given[0] ?? 'new-0');
      }
      assert.deepEqual(paged, whole);
    }),
  );
});

test('a watch from any version tells exactly what turns the list of then into the list of now', () => {
  const writes = fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), gone: fc.boolean() }));
  fc.assert(
    fc.property(writes, fc.nat(), (given, cut) => {
      const api = server();
      const apply = ({ name, gone }: { name: string; gone: boolean }) =>
        gone ? api.remove(pods, 'default', name) : api.put(pods, aPod({ name }).build());
      const first = given.slice(0, cut % (given.length + 1));
      for (const write of first) apply(write);
      const { items, metadata } = api.list(pods);
      const known = new Map(items.map((item) => [nameOf(item), versionOf(item)]));
      for (const write of given.slice(first.length)) apply(write);
      api.watch(
        pods,
        { resourceVersion: metadata.resourceVersion },
        {
          event({ type, object }) {
            if (type === 'DELETED') known.delete(nameOf(object));
            else known.set(nameOf(object), versionOf(object));
          },
          end: () => {},
        },
      );
      const now = new Map(api.list(pods).items.map((item) => [nameOf(item), versionOf(item)]));
      assert.deepEqual(Object.fromEntries(known), Object.fromEntries(now));
    }),
  );
});

function refusal(run: () => unknown): ApiError['status'] {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
  return assert.fail('was not refused');
}

function nameOf(object: object): string {
  return (object as { metadata: { name: string } }).metadata.name;
}

function versionOf(object: object): string {
  return (object as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
}
