import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  conditionsOf,
  conflictOn,
  expectStatus,
  initStatus,
  type KubeFixture,
  LEASES,
  lease,
  MERGE,
  names,
  pod,
  STRATEGIC,
} from './kube-fixture.ts';

/** Creating, changing and deleting, and what is refused. */
export function writing(on: KubeFixture): void {
  test('404, 409 and 400 name what they are about', async () => {
    const pods = await on.freshPods();
    await on.create(pods, 'a');
    const missing = await on.ask('GET', `${pods}/nope`);
    expectStatus(missing, 404, 'NotFound', 'pods "nope" not found');
    assert.deepEqual(missing.json.details, { name: 'nope', kind: 'pods' });
    const again = await on.ask('POST', pods, pod('a'));
    expectStatus(again, 409, 'AlreadyExists', 'pods "a" already exists');
    const nowhere = await on.ask('POST', '/api/v1/namespaces/nowhere/pods', pod('a'));
    expectStatus(nowhere, 404, 'NotFound', 'namespaces "nowhere" not found');
    const astray = await on.ask('POST', pods, pod('b', { namespace: 'default' }));
    expectStatus(astray, 400, 'BadRequest');
  });

  test('a new pod is Pending whatever its author says, and gets what the server gives', async () => {
    const pods = await on.freshPods();
    const made = (await on.ask('POST', pods, { ...pod('a'), status: { phase: 'Running' } })).json;
    assert.equal(made.status.phase, 'Pending');
    assert.match(made.metadata.uid, /^[0-9a-f-]{36}$/);
    assert.match(made.metadata.creationTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const generated = await on.ask('POST', pods, pod(undefined, { generateName: 'job-' }));
    assert.match(generated.json.metadata.name, /^job-[a-z0-9]{5}$/);
  });

  test('a kubelet writes a pod’s status by strategic merge; nothing else changes by it, nor it by anything else', async () => {
    const pods = await on.freshPods();
    await on.create(pods, 'a');
    const condition = { type: 'Initialized', status: 'False' };
    const running = { running: { startedAt: '2026-01-01T00:00:00Z' } };
    const first = await on.ask(
      'PATCH',
      `${pods}/a/status`,
      {
        status: {
          podIP: '10.0.0.1',
          podIPs: [{ ip: '10.0.0.1' }],
          conditions: [condition, { type: 'Ready', status: 'False' }],
          initContainerStatuses: [initStatus(running)],
        },
        spec: { nodeName: 'elsewhere' },
      },
      STRATEGIC,
    );
    assert.equal(first.status, 200, first.text);
    assert.equal(first.json.spec.nodeName, undefined);
    const ended = { terminated: { exitCode: 0, reason: 'Completed' } };
    const second = await on.ask(
      'PATCH',
      `${pods}/a/status`,
      {
        status: {
          '$setElementOrder/conditions': [{ type: 'Initialized' }, { type: 'Ready' }],
          conditions: [{ ...condition, status: 'True' }],
          podIPs: [{ ip: '10.0.0.1' }],
          initContainerStatuses: [initStatus(ended)],
        },
      },
      STRATEGIC,
    );
    const { status } = second.json;
    assert.deepEqual(status.podIPs, [{ ip: '10.0.0.1' }]);
    assert.deepEqual(conditionsOf(status), { Initialized: 'True', Ready: 'False' });
    assert.equal(status.initContainerStatuses[0].state.running, undefined);
    assert.equal(status.initContainerStatuses[0].state.terminated.exitCode, 0);
    const main = await on.ask(
      'PATCH',
      `${pods}/a`,
      {
        metadata: { annotations: { a: 'b' } },
        status: { phase: 'Failed' },
      },
      MERGE,
    );
    assert.deepEqual(
      [main.json.metadata.annotations, main.json.status.phase],
      [{ a: 'b' }, 'Pending'],
    );
  });

  test('a write that changes nothing makes no new version', async () => {
    const pods = await on.freshPods();
    await on.create(pods, 'a');
    const first = await on.setPhase(pods, 'a', 'Running');
    const second = await on.setPhase(pods, 'a', 'Running');
    assert.equal(second.json.metadata.resourceVersion, first.json.metadata.resourceVersion);
  });

  test('a patch that names an old version is a conflict', async () => {
    const pods = await on.freshPods();
    const { metadata } = await on.create(pods, 'a');
    await on.setPhase(pods, 'a', 'Running');
    const stale = {
      metadata: { resourceVersion: metadata.resourceVersion, labels: { x: 'y' } },
    };
    const refused = await on.ask('PATCH', `${pods}/a`, stale, MERGE);
    expectStatus(refused, 409, 'Conflict', conflictOn('pods "a"'));
  });

  test('a pod on a node is asked to end; without a node, or without grace, it is gone at once', async () => {
    const pods = await on.freshPods();
    await on.create(pods, 'free');
    await on.create(pods, 'bound', { nodeName: 'node-1' });
    assert.equal((await on.ask('DELETE', `${pods}/free`)).status, 200);
    expectStatus(await on.ask('GET', `${pods}/free`), 404, 'NotFound');
    const ending = await on.ask('DELETE', `${pods}/bound`);
    assert.equal(ending.json.metadata.deletionGracePeriodSeconds, 30);
    assert.match(ending.json.metadata.deletionTimestamp, /Z$/);
    assert.equal((await on.ask('GET', `${pods}/bound`)).status, 200);
    const wrong = { preconditions: { uid: 'other' }, gracePeriodSeconds: 0 };
    expectStatus(await on.ask('DELETE', `${pods}/bound`, wrong), 409, 'Conflict');
    assert.equal((await on.ask('DELETE', `${pods}/bound?gracePeriodSeconds=0`)).status, 200);
    expectStatus(await on.ask('GET', `${pods}/bound`), 404, 'NotFound');
  });

  test('a lease is compared and swapped by its resourceVersion', async () => {
    const made = await on.ask('POST', LEASES, lease('swap'));
    assert.equal(made.status, 201, made.text);
    const { resourceVersion } = made.json.metadata;
    const held = await on.ask('PUT', `${LEASES}/swap`, lease('swap', { resourceVersion }, 'one'));
    assert.equal(held.json.spec.holderIdentity, 'one');
    const late = await on.ask('PUT', `${LEASES}/swap`, lease('swap', { resourceVersion }, 'two'));
    expectStatus(late, 409, 'Conflict', conflictOn('leases.coordination.k8s.io "swap"'));
    assert.deepEqual(late.json.details, {
      name: 'swap',
      group: 'coordination.k8s.io',
      kind: 'leases',
    });
    const blind = await on.ask('PUT', `${LEASES}/swap`, lease('swap'));
    expectStatus(blind, 422, 'Invalid');
    assert.equal((await on.ask('GET', `${LEASES}/swap`)).json.spec.holderIdentity, 'one');
    const astray = await on.ask('PUT', `${LEASES}/swap`, lease('other'));
    expectStatus(astray, 400, 'BadRequest');
  });

  test('a PUT makes a lease that is not there, even with a version of one that was', async () => {
    const made = await on.ask('PUT', `${LEASES}/new`, lease('new'));
    assert.equal(made.status, 201, made.text);
    const gone = await on.ask('DELETE', `${LEASES}/new`);
    assert.deepEqual([gone.json.kind, gone.json.status], ['Status', 'Success']);
    const { resourceVersion } = made.json.metadata;
    const back = await on.ask('PUT', `${LEASES}/new`, lease('new', { resourceVersion }));
    assert.equal(back.status, 201, back.text);
    assert.notEqual(back.json.metadata.uid, made.json.metadata.uid);
  });

  test('Events are created and patched, endpoints and slices are served', async () => {
    const events = '/api/v1/namespaces/default/events';
    const involvedObject = { kind: 'Pod', namespace: 'default', name: 'a', uid: 'u' };
    const event = {
      metadata: { name: 'a.1' },
      involvedObject,
      reason: 'R',
      type: 'Normal',
      count: 1,
    };
    assert.equal((await on.ask('POST', events, event)).status, 201);
    const counted = await on.ask('PATCH', `${events}/a.1`, { count: 2 }, MERGE);
    assert.equal(counted.json.count, 2);
    const found = await on.ask('GET', `${events}?fieldSelector=involvedObject.name=a,reason=R`);
    assert.deepEqual(names(found.json), ['a.1']);

    const port = { name: 'peer', port: 1, protocol: 'TCP' };
    const addresses = [{ ip: '192.0.2.1' }];
    const endpoints = { metadata: { name: 'svc' }, subsets: [{ addresses, ports: [port] }] };
    const posted = await on.ask('POST', '/api/v1/namespaces/default/endpoints', endpoints);
    assert.equal(posted.status, 201, posted.text);
    const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
    const slice = {
      metadata: { name: 'svc-1', labels: { 'kubernetes.io/service-name': 'svc' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['192.0.2.1'] }],
      ports: [port],
    };
    assert.equal((await on.ask('POST', slices, slice)).status, 201);
    const selected = await on.ask('GET', `${slices}?labelSelector=kubernetes.io/service-name=svc`);
    assert.deepEqual(names(selected.json), ['svc-1']);
  });
}
