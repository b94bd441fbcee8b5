import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FinalKubeError,
  type KubeError,
  RetryableKubeError,
} from '../../../../src/kube/api/kube-error.ts';
import { followPeers, type PeersReport } from '../../../../src/kube/peers/follow-peers.ts';
import type { Peer } from '../../../../src/kube/peers/peer.ts';
import { listOf, scriptedClient } from '../../../support/kube/scripted-client.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const SLICES = '/apis/discovery.k8s.io/v1/namespaces/vault/endpointslices';
const ENDPOINTS = '/api/v1/namespaces/vault/endpoints';

function start() {
  const clock = virtualClock();
  const client = scriptedClient();
  const told: (readonly Peer[])[] = [];
  const reports: PeersReport[] = [];
  const following = followPeers(
    client,
    { namespace: 'vault', service: 'kv' },
    { clock, random: () => 0.5 },
    (peers) => void told.push(peers),
    (report) => void reports.push(report),
  );
  return { clock, client, told, reports, following };
}

type Started = ReturnType<typeof start>;

function target(name: string, kind = 'Pod') {
  return { targetRef: { kind, name } };
}

function slice(name: string, ...endpoints: readonly object[]) {
  return { metadata: { name, resourceVersion: '1' }, endpoints };
}

function endpoints(version: string, ...subsets: readonly object[]) {
  return { metadata: { name: 'kv', resourceVersion: version }, subsets };
}

function forbidden(): KubeError {
  return new FinalKubeError('forbidden', 'x', '403 forbidden');
}

function addresses(peers: readonly Peer[] | undefined): string {
  return (peers ?? []).map(({ ip, podName }) => `${podName ?? '?'}@${ip}`).join(' ');
}

function paths({ client }: Started): string[] {
  return client.asked.map(({ request }) => request.path);
}

/** Closes this many ways, one after the other. */
async function close({ client }: Started, ways: number): Promise<void> {
  for (let way = 0; way < ways; way++) await client.last.fail(forbidden());
}

test('S46 peers are found through the slices of the Service, ready or not, and followed', async () => {
  const { client, told, reports } = start();
  const { path, query } = client.last.request;
  assert.deepEqual([path, query], [SLICES, { labelSelector: 'kubernetes.io/service-name=kv' }]);
  const ready = (is: boolean) => ({ conditions: { ready: is } });
  const [a, b, c] = ['a', 'b', 'c'].map((name, index) => ({
    addresses: [`10.0.0.${index + 1}`],
    ...target(name),
  }));
  await client.last.answer(
    listOf('7', slice('one', { ...a, ...ready(true) }, { ...b, ...ready(false) })),
  );
  const added = slice('two', { ...c, ...ready(false) });
  await client.last.say({ type: 'ADDED', object: added });
  await client.last.say({ type: 'MODIFIED', object: slice('one', { ...b }) });
  await client.last.say({ type: 'DELETED', object: added });
  assert.deepEqual(told.map(addresses), [
    'a@10.0.0.1 b@10.0.0.2',
    'a@10.0.0.1 b@10.0.0.2 c@10.0.0.3',
    'b@10.0.0.2 c@10.0.0.3',
    'b@10.0.0.2',
  ]);
  assert.deepEqual(reports, []);
});

const SETS: ReadonlyArray<[string, readonly object[], string]> = [
  ['none', [slice('one')], ''],
  ['null for none', [{ metadata: { name: 'one' }, endpoints: null }], ''],
  ['an address twice', [1, 2].map((n) => slice(`${n}`, { addresses: ['10.0.0.1'] })), '?@10.0.0.1'],
  [
    'a pod of both families',
    [
      slice('six', { addresses: ['fd00::1'], ...target('a') }),
      slice('four', { addresses: ['10.0.0.1'], ...target('a') }),
    ],
    'a@10.0.0.1',
  ],
  [
    'an address that went to another pod',
    [slice('one', ...['a', 'b'].map((name) => ({ addresses: ['10.0.0.1'], ...target(name) })))],
    'a@10.0.0.1',
  ],
  [
    'something that is no pod',
    [slice('one', { addresses: ['10.0.0.1'], ...target('n', 'Node') })],
    '?@10.0.0.1',
  ],
  ['host names', [slice('one', { addresses: ['a.example', '10.0.0.1', ''] })], '?@10.0.0.1'],
  ['nonsense', [slice('one', { addresses: 'x' }, { addresses: [7, null] }, [])], ''],
];

for (const [title, slices, expected] of SETS) {
  test(`each peer is told once: ${title}`, async () => {
    const { client, told } = start();
    await client.last.answer(listOf('7', ...slices));
    assert.deepEqual(told.map(addresses), [expected]);
  });
}

test('where slices are forbidden, or unknown to the cluster, Endpoints are followed instead', async () => {
  for (const error of [forbidden(), new FinalKubeError('notFound', 'x', '404')]) {
    const { client, told, reports } = start();
    await client.last.fail(error);
    const { path, query } = client.last.request;
    assert.deepEqual([path, query], [ENDPOINTS, { fieldSelector: 'metadata.name=kv' }]);
    await client.last.answer(
      listOf(
        '7',
        endpoints('7', {
          addresses: [{ ip: '10.0.0.2', ...target('b') }],
          notReadyAddresses: [{ ip: '10.0.0.1', ...target('a') }],
        }),
      ),
    );
    await client.last.say({ type: 'DELETED', object: endpoints('8') });
    assert.deepEqual(told.map(addresses), ['a@10.0.0.1 b@10.0.0.2', '']);
    assert.deepEqual(
      reports.map((report) => [report.kind, 'next' in report && report.next]),
      [['closed', 'endpoints']],
    );
  }
});

test('where slices may be listed but not watched, Endpoints are followed instead', async () => {
  const { client, reports } = start();
  await client.last.answer(listOf('7'));
  await client.last.fail(forbidden());
  assert.equal(client.last.request.path, ENDPOINTS);
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['closed'],
  );
});

test('with the rights of the original, Endpoints are asked for every ten seconds', async () => {
  const all = start();
  const { client, clock, told, reports } = all;
  await close(all, 2);
  for (const ip of ['10.0.0.1', '10.0.0.2']) {
    assert.equal(client.last.request.path, `${ENDPOINTS}/kv`);
    assert.equal(client.last.request.deadlineMs, 10_000);
    await client.last.answer(endpoints('7', { addresses: [{ ip }] }));
    const asked = client.asked.length;
    await clock.advanceAsync(9_999);
    assert.equal(client.asked.length, asked);
    await clock.advanceAsync(1);
  }
  await client.last.fail(new FinalKubeError('notFound', 'x', '404'));
  assert.deepEqual(told.map(addresses), ['?@10.0.0.1', '?@10.0.0.2', '']);
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['closed', 'closed'],
  );
});

test('where no way is open, each step is reported once with its rule, and all are tried again', async () => {
  const all = start();
  const { client, clock, told, reports } = all;
  await close(all, 3);
  const rules = reports.map((report) => 'error' in report && report.error.message);
  assert.match(rules[0] || '', /a Role in namespace vault with .*endpointslices.*list, watch/);
  assert.match(rules[1] || '', /a Role in namespace vault with .*endpoints\].*get, list, watch/);
  assert.match(rules[2] || '', /get endpoints.*a Role in namespace vault/);
  for (let round = 0; round < 3; round++) {
    const asked = client.asked.length;
    await clock.advanceAsync(29_999);
    assert.equal(client.asked.length, asked);
    await clock.advanceAsync(1);
    if (round < 2) await close(all, 3);
  }
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['closed', 'closed', 'all-closed'],
  );
  await client.last.answer(listOf('7', slice('one', { addresses: ['10.0.0.1'] })));
  assert.deepEqual(told.map(addresses), ['?@10.0.0.1']);
  await client.last.fail(forbidden());
  assert.equal(reports.length, 4, 'what is taken away later is reported again');
});

test('other trouble closes no way: it is reported once for each kind, and when it is over', async () => {
  for (const ways of [0, 1, 2]) {
    const all = start();
    const { client, clock, reports } = all;
    await close(all, ways);
    reports.length = 0;
    for (let failure = 0; failure < 3; failure++) {
      await client.last.fail(new RetryableKubeError('unreachable', 'x', 'ECONNRESET'));
      await clock.advanceAsync(2_000);
    }
    const watched = ways < 2;
    await client.last.answer(watched ? listOf('7', endpoints('7')) : endpoints('7'));
    if (watched) await client.last.say({ type: 'MODIFIED', object: endpoints('8') });
    assert.deepEqual(
      reports.map(({ kind }) => kind),
      ['failing', 'recovered'],
    );
    assert.equal(new Set(paths(all).slice(ways, ways + 4)).size, 1);
  }
});

test('once disposed of it asks for nothing more, wherever it was', async () => {
  for (const ways of [0, 1, 2, 3]) {
    const all = start();
    const { client, clock, following, told } = all;
    await close(all, ways);
    following[Symbol.dispose]();
    const asked = client.asked.length;
    await client.last.answer(listOf('7'));
    await clock.advanceAsync(120_000);
    assert.equal(client.asked.length, asked, `after ${ways}`);
    assert.deepEqual(told, []);
  }
});
