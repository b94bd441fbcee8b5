import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FinalKubeError,
  isKubeError,
  RetryableKubeError,
} from '../../../../src/kube/api/kube-error.ts';
import type { LeaseSight } from '../../../../src/kube/leases/kube-lease.ts';
import { createLeasesApi } from '../../../../src/kube/leases/leases-api.ts';
import { listOf, scriptedClient } from '../../../support/kube/scripted-client.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const { signal } = new AbortController();
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/vault/leases';
const NOW = '2026-01-01T00:00:00.000000Z';
const OF = { uid: 'u1', version: '41' };
const CLAIM = { cluster: 'c', epoch: 2, term: 7 };

function start() {
  const clock = virtualClock();
  const client = scriptedClient();
  const place = { namespace: 'vault', name: 'kubernetes-vault' };
  return { clock, client, api: createLeasesApi(client, place, clock, () => 0.5) };
}

function lease(version: string, holderIdentity = 'one') {
  return {
    metadata: {
      name: 'kubernetes-vault',
      uid: 'u1',
      resourceVersion: version,
      annotations: {
        'lease.boostport.com/peer': '10.0.0.1:45680',
        'lease.boostport.com/taken-by-probe': 'true',
        'lease.boostport.com/raft-term': 'c/2/7',
      },
    },
    spec: { holderIdentity, leaseTransitions: 3, leaseDurationSeconds: 5, renewTime: NOW },
  };
}

function known(version: string, holder: string | undefined = 'one') {
  const peer = '10.0.0.1:45680';
  return { uid: 'u1', version, holder, transitions: 3, peer, isTakenByProbe: true, claim: CLAIM };
}

async function errorOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(isKubeError(error), String(error));
  return error;
}

test('the most recent Lease is read, and nothing where there is none', async () => {
  const { client, api } = start();
  const reading = api.read(signal);
  const { request } = client.last;
  assert.deepEqual(
    [request.method, request.path, request.query],
    [undefined, `${LEASES}/kubernetes-vault`, undefined],
  );
  await client.last.answer(lease('42'));
  assert.deepEqual(await reading, known('42'));
  const missing = api.read(signal);
  await client.last.fail(new FinalKubeError('notFound', 'x', '404'));
  assert.equal(await missing, undefined);
});

test('S40 a Lease is created with all that its holder says, and no more', async () => {
  const { client, api } = start();
  const creating = api.create(
    {
      holder: 'one',
      peer: '10.0.0.1:45680',
      transitions: 0,
      durationSeconds: 5,
      isTakenByProbe: false,
      isAcquired: true,
    },
    signal,
  );
  const { method, path, body } = client.last.request;
  assert.deepEqual([method, path, body?.contentType], ['POST', LEASES, 'application/json']);
  assert.deepEqual(body?.value, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      namespace: 'vault',
      name: 'kubernetes-vault',
      labels: { 'app.kubernetes.io/managed-by': 'kubernetes-vault' },
      annotations: { 'lease.boostport.com/peer': '10.0.0.1:45680' },
    },
    spec: {
      holderIdentity: 'one',
      leaseTransitions: 0,
      leaseDurationSeconds: 5,
      acquireTime: NOW,
      renewTime: NOW,
    },
  });
  await client.last.answer(lease('42'));
  assert.deepEqual(await creating, known('42'));
});

test('S40 an update names the Lease that it is for, and changes nothing else', async () => {
  const { client, api, clock } = start();
  clock.advance(1_234);
  const renewTime = '2026-01-01T00:00:01.234000Z';
  const id = { uid: 'u1', resourceVersion: '41' };
  const peer = { 'lease.boostport.com/peer': 'h:1' };
  const mark = (value: 'true' | null) => ({ 'lease.boostport.com/taken-by-probe': value });
  const term = (value: string | null) => ({ 'lease.boostport.com/raft-term': value });
  for (const [change, metadata, spec] of [
    [{}, { annotations: {} }, {}],
    [{ holder: 'two' }, { annotations: {} }, { holderIdentity: 'two' }],
    [{ holder: null }, { annotations: {} }, { holderIdentity: '' }],
    [{ isAcquired: true }, { annotations: {} }, { acquireTime: renewTime }],
    [{ transitions: 4 }, { annotations: {} }, { leaseTransitions: 4 }],
    [{ durationSeconds: 5 }, { annotations: {} }, { leaseDurationSeconds: 5 }],
    [{ peer: 'h:1' }, { annotations: peer }, {}],
    [{ isTakenByProbe: true }, { annotations: mark('true') }, {}],
    [{ isTakenByProbe: false }, { annotations: mark(null) }, {}],
    [{ claim: CLAIM }, { annotations: term('c/2/7') }, {}],
    [{ claim: null }, { annotations: term(null) }, {}],
  ] as const) {
    const updating = api.update(OF, change, signal);
    const { method, path, body } = client.last.request;
    assert.deepEqual([method, path], ['PATCH', `${LEASES}/kubernetes-vault`]);
    assert.equal(body?.contentType, 'application/merge-patch+json');
    assert.deepEqual(body.value, {
      metadata: { ...id, ...metadata },
      spec: { renewTime, ...spec },
    });
    await client.last.answer(lease('42'));
    assert.deepEqual(await updating, known('42'));
  }
});

test('S43 no request about a Lease may take longer than 1.25 s, and all end with their signal', async () => {
  const { client, api } = start();
  const abort = new AbortController();
  const asking = [
    api.read(abort.signal),
    api.create({}, abort.signal),
    api.update(OF, {}, abort.signal),
  ];
  assert.deepEqual(
    client.asked.map(({ request }) => request.deadlineMs),
    [1_250, 1_250, 1_250],
  );
  abort.abort(new Error('over'));
  const ends = await Promise.allSettled(asking);
  assert.deepEqual(
    ends.map((end) => end.status === 'rejected' && end.reason.message),
    ['over', 'over', 'over'],
  );
});

test('S40 what the API server refuses stays what it is', async () => {
  for (const error of [
    new FinalKubeError('conflict', 'x', '409'),
    new FinalKubeError('notFound', 'x', '404'),
    new RetryableKubeError('unreachable', 'x', 'ECONNRESET'),
  ]) {
    const { client, api } = start();
    for (const write of [() => api.create({}, signal), () => api.update(OF, {}, signal)]) {
      const writing = errorOf(write());
      await client.last.fail(error);
      assert.equal(await writing, error);
    }
  }
});

test('where rights are missing, the rule to add is named', async () => {
  const { client, api } = start();
  for (const ask of [
    () => api.read(signal),
    () => api.create({}, signal),
    () => api.update(OF, {}, signal),
  ]) {
    const asking = errorOf(ask());
    await client.last.fail(new FinalKubeError('forbidden', 'x', '403 leases is forbidden'));
    const error = await asking;
    assert.equal(error.kind, 'forbidden');
    assert.match(
      error.message,
      /403 leases is forbidden .*a Role in namespace vault with .*coordination.k8s.io.*leases.*get, list, watch, create, patch/,
    );
  }
});

const STRANGE: ReadonlyArray<[string, unknown]> = [
  ['a number', 7],
  ['a Status', { kind: 'Status' }],
  ['no UID', { metadata: { resourceVersion: '1' } }],
  ['no version', { metadata: { uid: 'u1' } }],
  ['a version that cannot be compared', { metadata: { uid: 'u1', resourceVersion: 'abc' } }],
  ['a version that is not written as a number', { metadata: { uid: 'u1', resourceVersion: '07' } }],
  ['a version of a wrong type', { metadata: { uid: 'u1', resourceVersion: 1 } }],
];

for (const [title, body] of STRANGE) {
  test(`an answer that is no Lease (${title}) is malformed`, async () => {
    const { client, api } = start();
    const asking = errorOf(api.update(OF, {}, signal));
    await client.last.answer(body);
    const error = await asking;
    assert.deepEqual([error.kind, error.retryable], ['malformed', true]);
    assert.match(error.message, /^patch the Lease: /);
  });
}

test('what anybody wrote into a Lease, and wrongly, counts as not there', async () => {
  const metadata = { name: 'kubernetes-vault', uid: 'u1', resourceVersion: '42' };
  const nothing = {
    uid: 'u1',
    version: '42',
    holder: undefined,
    transitions: 0,
    peer: undefined,
    isTakenByProbe: false,
    claim: undefined,
  };
  const claims = ['', 'c/2', '/2/7', 'c/-2/7', 'c/2/7.5', 'c/2/7 ', 'c/2/9999999999999999', 7];
  for (const body of [
    { metadata },
    { metadata, spec: null },
    { metadata, spec: { holderIdentity: '', leaseTransitions: -1 } },
    { metadata, spec: { holderIdentity: 7, leaseTransitions: 1.5 } },
    { metadata: { ...metadata, annotations: [] }, spec: [] },
    { metadata: { ...metadata, annotations: { 'lease.boostport.com/taken-by-probe': 'false' } } },
    { metadata: { ...metadata, annotations: { 'lease.boostport.com/peer': '' } } },
    ...claims.map((claim) => ({
      metadata: { ...metadata, annotations: { 'lease.boostport.com/raft-term': claim } },
    })),
  ]) {
    const { client, api } = start();
    const reading = api.read(signal);
    await client.last.answer(body);
    assert.deepEqual(await reading, nothing, JSON.stringify(body));
  }
});

test('S42 following tells the Lease as it is, as it changes, and that there is none', async () => {
  const { client, api } = start();
  const sights: LeaseSight[] = [];
  const noTrouble = () => assert.fail('no trouble');
  using _following = api.follow((sight) => void sights.push(sight), noTrouble);
  const { path, query } = client.last.request;
  assert.deepEqual([path, query], [LEASES, { fieldSelector: 'metadata.name=kubernetes-vault' }]);
  await client.last.answer(listOf('40'));
  await client.last.say(
    { type: 'ADDED', object: lease('41') },
    { type: 'MODIFIED', object: lease('43', '') },
    { type: 'DELETED', object: lease('44') },
  );
  assert.deepEqual(sights, [
    { version: '40', lease: undefined },
    { version: '41', lease: known('41') },
    { version: '43', lease: { ...known('43'), holder: undefined } },
    { version: '44', lease: undefined },
  ]);
});

test('S41 whoever follows is blind for no more than three seconds on a connection that died', async () => {
  const { client, api, clock } = start();
  const sights: LeaseSight[] = [];
  using _following = api.follow(
    (sight) => void sights.push(sight),
    () => {},
  );
  await client.last.answer(listOf('41', lease('41')));
  await client.last.accept();
  await clock.advanceAsync(3_000);
  await client.last.answer(listOf('43', lease('43', '')));
  assert.deepEqual(
    sights.map(({ lease: seen }) => seen?.holder),
    ['one', undefined],
  );
});

test('trouble with following is told, with the rule that is missing', async () => {
  const { client, api } = start();
  const troubles: string[] = [];
  using _following = api.follow(
    () => {},
    (error) => void troubles.push(error?.message ?? 'over'),
  );
  await client.last.fail(new FinalKubeError('forbidden', 'x', '403'));
  assert.match(troubles[0] ?? '', /^list the Lease: 403 .*a Role in namespace vault/);
});
