import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/api/kube-client.ts';
import { isKubeError, type KubeError } from '../../src/kube/api/kube-error.ts';
import { clusterLeasesApi } from '../../src/kube/leases/cluster-leases-api.ts';
import type { KubeLease, LeaseSight } from '../../src/kube/leases/kube-lease.ts';
import { createLeasesApi } from '../../src/kube/leases/leases-api.ts';
import { followPeers } from '../../src/kube/peers/follow-peers.ts';
import { until } from '../support/until.ts';
import { type KubeFixture, LEASES, SLICES, slice } from './kube-fixture.ts';

const { signal } = new AbortController();

/** What our own clients make of the API server. */
export function ourClients(on: KubeFixture): void {
  const client = (): KubeClient & Disposable => {
    const { url, ca, headers } = on.kube.endpoint;
    const tls = ca === undefined ? {} : { ca };
    const access = { server: new URL(url), tls, headers, token: undefined };
    const credentials = { access: async () => access, refused: () => {} };
    const made = createKubeClient(credentials, systemClock);
    return { ...made, [Symbol.dispose]: () => made.close() };
  };
  const leases = (kube: KubeClient, name: string) =>
    createLeasesApi(kube, { namespace: 'default', name }, systemClock, systemRandom);

  test('S40 a Lease is created, taken, renewed, released and lost as an election does it', async () => {
    using kube = client();
    const api = leases(kube, 'ours');
    assert.equal(await api.read(signal), undefined);
    const holds = { durationSeconds: 5, peer: 'h:1', transitions: 0, isAcquired: true } as const;
    const made = await api.create({ ...holds, holder: 'one', isTakenByProbe: false }, signal);
    const { uid, version } = made;
    const first = { uid, version, holder: 'one', transitions: 0, peer: 'h:1', claim: undefined };
    assert.deepEqual(made, { ...first, isTakenByProbe: false });
    assert.deepEqual(await api.read(signal), made);
    assert.equal(await failure(api.create({ holder: 'two' }, signal)), 'conflict');

    const claim = { cluster: 'c', epoch: 2, term: 7 };
    const taken = await api.update(
      made,
      { ...holds, holder: 'two', transitions: 1, isTakenByProbe: true, claim },
      signal,
    );
    assert.deepEqual([taken.holder, taken.transitions, taken.isTakenByProbe], ['two', 1, true]);
    assert.deepEqual(taken.claim, claim);
    assert.equal(await failure(api.update(made, { holder: 'one' }, signal)), 'conflict');
    const renewed = await api.update(taken, { isTakenByProbe: false }, signal);
    assert.deepEqual(renewed, { ...taken, version: renewed.version, isTakenByProbe: false });
    assert.ok(BigInt(renewed.version) > BigInt(taken.version));
    const released = await api.update(renewed, { holder: null, claim: null }, signal);
    assert.deepEqual([released.holder, released.claim], [undefined, undefined]);

    await on.ask('DELETE', `${LEASES}/ours`);
    assert.equal(await failure(api.update(released, { holder: 'two' }, signal)), 'notFound');
    assert.equal(await api.read(signal), undefined);
  });

  test('S46 the Lease of a Raft cluster is founded, doubted, ended and founded anew', async () => {
    using kube = client();
    const place = { namespace: 'default', name: 'ours-cluster' };
    const api = clusterLeasesApi(kube, place, systemClock, systemRandom);
    const cluster = { id: 'c-1', epoch: 1 };
    const founds = { doubter: null, isFounded: true } as const;
    const made = await api.create({ ...founds, cluster, founder: 'one' }, signal);
    const { uid, version } = made;
    assert.deepEqual(made, { uid, version, cluster, founder: 'one', doubter: undefined });
    const doubted = await api.update(made, { doubter: 'two' }, signal);
    assert.deepEqual(doubted, { ...made, version: doubted.version, doubter: 'two' });
    assert.equal(await failure(api.update(made, { doubter: 'three' }, signal)), 'conflict');
    const ended = await api.update(doubted, { founder: null, doubter: null }, signal);
    assert.deepEqual(
      [ended.cluster, ended.founder, ended.doubter],
      [cluster, undefined, undefined],
    );
    const next = { id: 'c-1', epoch: 2 };
    const again = await api.update(ended, { ...founds, cluster: next, founder: 'two' }, signal);
    assert.deepEqual([again.cluster, again.founder], [next, 'two']);
  });

  test('S42 a Lease is followed from before it is there to after it is gone', async () => {
    using kube = client();
    const api = leases(kube, 'sighted');
    const sights: LeaseSight[] = [];
    using _following = api.follow(
      (sight) => void sights.push(sight),
      (error) => assert.fail(error?.message ?? 'recovered'),
    );
    await until('it is seen that there is none', () => sights.length > 0);
    const made = await api.create({ holder: 'one' }, signal);
    const renewed = await api.update(made, {}, signal);
    await on.ask('DELETE', `${LEASES}/sighted`);
    await until('it is seen to be gone', () => sights.length > 3);
    const seen: (KubeLease | undefined)[] = sights.map(({ lease }) => lease);
    assert.deepEqual(seen, [undefined, made, renewed, undefined]);
    const versions = sights.map(({ version }) => Number(version));
    assert.deepEqual(
      versions,
      versions.toSorted((a, b) => a - b),
    );
  });

  test('S46 peers are found by the slices of their Service, and followed', async () => {
    using kube = client();
    const told: string[] = [];
    using _following = followPeers(
      kube,
      { namespace: 'default', service: 'ours' },
      { clock: systemClock, random: systemRandom },
      (peers) => void told.push(peers.map(({ ip, podName }) => `${podName}@${ip}`).join()),
      (report) => assert.fail(report.kind),
    );
    await until('it is seen that there are none', () => told.length > 0);
    await on.ask('POST', SLICES, slice('ours-1', 'ours', { ready: false }));
    await until('it is seen that there is one', () => told.length > 1);
    await on.ask('DELETE', `${SLICES}/ours-1`);
    await until('it is seen that there are none again', () => told.length > 2);
    assert.deepEqual(told, ['', 'p@192.0.2.7', '']);
  });
}

async function failure(promise: Promise<unknown>): Promise<KubeError['kind']> {
  const error = await promise.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(isKubeError(error), String(error));
  return error.kind;
}
