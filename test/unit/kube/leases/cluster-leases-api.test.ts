import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterLeasesApi } from '../../../../src/kube/leases/cluster-leases-api.ts';
import { decodeClusterLease } from '../../../../src/kube/leases/decode-cluster-lease.ts';
import { scriptedClient } from '../../../support/kube/scripted-client.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const { signal } = new AbortController();
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/vault/leases';
const NOW = '2026-01-01T00:00:00.000000Z';
const CLUSTER = { id: 'a-1', epoch: 12 };

function start() {
  const client = scriptedClient();
  const place = { namespace: 'vault', name: 'kubernetes-vault-cluster' };
  return { client, api: clusterLeasesApi(client, place, virtualClock(), () => 0.5) };
}

function lease(annotations: object, holderIdentity = 'one') {
  const metadata = { name: 'kubernetes-vault-cluster', uid: 'u1', resourceVersion: '41' };
  return { metadata: { ...metadata, annotations }, spec: { holderIdentity } };
}

function named(id: string, epoch: string, doubter?: string) {
  return {
    'lease.boostport.com/cluster-id': id,
    'lease.boostport.com/cluster-epoch': epoch,
    ...(doubter && { 'lease.boostport.com/cluster-doubted-by': doubter }),
  };
}

test("the cluster's Lease tells which cluster it is, who began it, and who doubts it", async () => {
  const { client, api } = start();
  const reading = api.read(signal);
  assert.equal(client.last.request.path, `${LEASES}/kubernetes-vault-cluster`);
  await client.last.answer(lease(named('a-1', '12', 'two')));
  const founder = 'one';
  assert.deepEqual(await reading, {
    uid: 'u1',
    version: '41',
    cluster: CLUSTER,
    founder,
    doubter: 'two',
  });
});

test("a cluster's Lease without a holder says that the cluster has ended", () => {
  const { founder, cluster } = decodeClusterLease(lease(named('a-1', '12'), ''));
  assert.deepEqual([founder, cluster], [undefined, CLUSTER]);
});

test("a cluster's Lease that names no cluster, or a name that is none of a folder, names nothing", () => {
  for (const annotations of [
    {},
    { 'lease.boostport.com/cluster-id': 'a' },
    { 'lease.boostport.com/cluster-epoch': '1' },
    named('../a', '1'),
    named('a'.repeat(65), '1'),
    named('a', '0'),
    named('a', '-1'),
    named('a', '1.5'),
    named('a', '1234567890123456'),
    named('a', 'x'),
  ]) {
    assert.equal(decodeClusterLease(lease(annotations)).cluster, undefined);
  }
});

test("a cluster's Lease is created with what it is about, and no more", async () => {
  const { client, api } = start();
  const change = { cluster: CLUSTER, founder: 'one', doubter: null, isFounded: true } as const;
  const creating = api.create(change, signal);
  const { method, path, body } = client.last.request;
  assert.deepEqual([method, path], ['POST', LEASES]);
  assert.deepEqual(body?.value, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      namespace: 'vault',
      name: 'kubernetes-vault-cluster',
      labels: { 'app.kubernetes.io/managed-by': 'kubernetes-vault' },
      annotations: named('a-1', '12'),
    },
    spec: { holderIdentity: 'one', acquireTime: NOW, renewTime: NOW },
  });
  await client.last.answer(lease(named('a-1', '12')));
  assert.deepEqual((await creating).cluster, CLUSTER);
});

test("an update of a cluster's Lease names the Lease that it is for, and changes nothing else", async () => {
  const { client, api } = start();
  const doubter = 'lease.boostport.com/cluster-doubted-by';
  for (const [change, annotations, spec] of [
    [{ doubter: 'two' }, { [doubter]: 'two' }, {}],
    [{ doubter: null }, { [doubter]: null }, {}],
    [{ founder: null }, {}, { holderIdentity: '' }],
    [{ cluster: CLUSTER }, named('a-1', '12'), {}],
  ] as const) {
    const updating = api.update({ uid: 'u1', version: '41' }, change, signal);
    const { method, body } = client.last.request;
    assert.deepEqual([method, body?.contentType], ['PATCH', 'application/merge-patch+json']);
    const metadata = { uid: 'u1', resourceVersion: '41', annotations };
    assert.deepEqual(body?.value, { metadata, spec: { renewTime: NOW, ...spec } });
    await client.last.answer(lease({}));
    await updating;
  }
});
