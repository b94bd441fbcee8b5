import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingLines, isWell, judgeState } from '../../../quick-start/look/judge-status.ts';
import { gatherState, type State } from '../../../quick-start/look/status.ts';
import { type Workload, workloadOf } from '../../../quick-start/look/workload.ts';
import { FakeCluster } from './fake/fake-cluster.ts';
import { carriedOut, upPlan } from './run-plan.ts';

const NOW = Date.UTC(2026, 0, 1);

function workload(names: readonly string[], available = names.length): Workload {
  const count = names.length;
  const status = { observedGeneration: 1, replicas: count, updatedReplicas: count };
  const items = [
    {
      kind: 'Deployment',
      metadata: { name: 'x', generation: 1 },
      spec: { replicas: count },
      status: { ...status, availableReplicas: available },
    },
    ...names.map((name) => ({ kind: 'Pod', metadata: { name }, status: { phase: 'Running' } })),
  ];
  return workloadOf(JSON.stringify({ items }));
}

const event = { type: 'Normal', reason: 'VaultSecretDelivered', message: 'was delivered' };

const whole: State = {
  kind: 'plain',
  vault: workload(['vault-1']),
  inVault: { hasRole: true, accessors: new Set(['a1', 'a2']) },
  controllers: workload(['c1', 'c2', 'c3']),
  leader: { name: 'c2', until: NOW + 10_000 },
  apps: workload(['app-1', 'app-2']),
  accessors: new Map([
    ['app-1', 'a1'],
    ['app-2', 'a2'],
  ]),
  events: new Map([['app-1', event]]),
};

const lines = (state: State) => findingLines(judgeState(state, NOW)).join('\n');

test('of what is whole, it says what runs, who acts, and what each app has', () => {
  assert.equal(isWell(judgeState(whole, NOW)), true);
  assert.deepEqual(lines(whole).split('\n'), [
    '✓ Vault: 1 of 1 are ready',
    '✓ Vault has the AppRole sample-app',
    '✓ controllers: 3 of 3 are ready',
    '✓ c2 acts: it holds the Lease',
    '✓ sample app: 2 of 2 are ready',
    '✓ app-1: has the token with accessor a1 · VaultSecretDelivered: was delivered',
    '✓ app-2: has the token with accessor a2',
  ]);
});

const faults: Readonly<Record<string, readonly [Partial<State>, RegExp]>> = {
  'nothing is installed': [
    { kind: undefined },
    /^✗ the quick start is not installed here\n.*run `up`$/,
  ],
  'Vault is empty': [
    { inVault: { hasRole: false, accessors: new Set(['a1', 'a2']) } },
    /✗ Vault is empty: .*\n.*run `up` again/,
  ],
  'Vault does not answer': [
    { inVault: undefined },
    /✗ Vault does not answer\n.*kubectl logs -n vault/,
  ],
  'a controller is not ready': [
    { controllers: workload(['c1', 'c2', 'c3'], 2) },
    /✗ controllers: 2 of 3 are ready\n(.*\n)*.*-- kubernetes-vault doctor/,
  ],
  'nobody holds the Lease': [{ leader: undefined }, /✗ no controller acts: nobody holds/],
  'the Lease is not renewed': [
    { leader: { name: 'c2', until: NOW - 120_000 } },
    /✗ no controller acts: c2 .* does not renew it/,
  ],
  'an app has no token': [
    { accessors: new Map([['app-1', 'a1']]) },
    /✗ app-2: Running, has no token\n.*kubectl describe pod -n sample-app app-2\n.*doctor pod sample-app\/app-2/,
  ],
  "an app's token is of a Vault that forgot it": [
    { inVault: { hasRole: true, accessors: new Set(['a1']) } },
    /✗ app-2: Vault does not know its token any more\n.*run `up` again/,
  ],
};

for (const [name, [change, told]] of Object.entries(faults)) {
  test(`where ${name}, it says so, and what to do`, () => {
    const state = { ...whole, ...change };
    assert.match(lines(state), told);
    assert.equal(isWell(judgeState(state, NOW)), false);
  });
}

test('a Lease that is over by less than clocks may differ is no fault', () => {
  const state = { ...whole, leader: { name: 'c2', until: NOW - 30_000 } };
  assert.equal(isWell(judgeState(state, NOW)), true);
});

test('what `up` made is found, and nothing is changed by looking', async () => {
  const cluster = new FakeCluster();
  await carriedOut(upPlan('plain'), cluster);
  const first = cluster.calls.length;
  const state = await gatherState(cluster);
  assert.equal(state.kind, 'plain');
  assert.deepEqual([state.apps.pods.length, state.accessors.size], [5, 5]);
  assert.equal(state.inVault?.hasRole, true);
  const looked = cluster.calls.slice(first);
  assert.deepEqual(
    looked.filter((call) => !/^(get|logs|exec .* -- bao (list|read)) /.test(call)),
    [],
  );
});

test('the last Event of each pod counts, and only those about credentials', async () => {
  const cluster = new FakeCluster();
  const about = (name: string, reason: string, lastTimestamp: string) => ({
    kind: 'Event',
    metadata: { name: `${name}.${lastTimestamp}`, namespace: 'sample-app' },
    ...{ type: 'Warning', reason, message: reason, lastTimestamp },
    involvedObject: { kind: 'Pod', name },
  });
  cluster.objects.put(about('app-1', 'VaultSecretDelivered', '2026-01-01T00:00:02Z'));
  cluster.objects.put(about('app-1', 'VaultSecretFailed', '2026-01-01T00:00:01Z'));
  cluster.objects.put(about('app-1', 'Pulled', '2026-01-01T00:00:03Z'));
  const { events } = await gatherState(cluster);
  assert.deepEqual(
    [...events].map(([pod, { reason }]) => [pod, reason]),
    [['app-1', 'VaultSecretDelivered']],
  );
});

test('who acts is named as its pod is, for the command that deletes it', async () => {
  const cluster = new FakeCluster();
  const lease = {
    kind: 'Lease',
    metadata: { name: 'kubernetes-vault', namespace: 'kubernetes-vault' },
  };
  const holderIdentity = 'kubernetes-vault-1-a_0b6e4f5e-4c53-4c5c-9d4e-8d0a3f6f1a55';
  const spec = { holderIdentity, renewTime: '2026-01-01T00:00:00Z', leaseDurationSeconds: 5 };
  cluster.objects.put({ ...lease, spec });
  const { leader } = await gatherState(cluster);
  assert.deepEqual(leader, { name: 'kubernetes-vault-1-a', until: Date.UTC(2026, 0) + 5_000 });
});
