import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loseSandbox, rebootNode } from './cluster/harm.ts';
import { APPS, eventsOf, messagesOf, readyApps, servedEach, tokensWork } from './support/apps.ts';
import { CONTROLLERS, leader, readyControllers } from './support/controllers.ts';
import { diagnosed, diagnosedHook } from './support/diagnostics.ts';
import { eventually } from './support/eventually.ts';
import { kubectl } from './support/kubectl.ts';
import { isOwnCluster } from './support/own-cluster.ts';
import { logOf, podsOf } from './support/pods.ts';
import { quickStart } from './support/quick-start.ts';
import {
  deletePodByForce,
  drain,
  endContainer,
  restart,
  rolledOut,
  scale,
  uncordon,
} from './support/users.ts';
import { vaultCli } from './support/vault-cli.ts';

const NO_SUCH_ROLE = /^Vault has no AppRole "sample-app" .* make it, or correct the annotation/;

before(diagnosedHook(() => quickStart('up')));
after(() => quickStart('down'));

test(
  'S45 the controllers are updated one by one while an app grows from none to fifty pods',
  diagnosed(async () => {
    await scaled(0);
    await scale(APPS, 'deployment/sample-app', 50);
    await restart(CONTROLLERS, 'deployment/kubernetes-vault');
    const pods = await readyApps(50);
    await servedEach(pods);
    await readyControllers(3);
  }),
);

test(
  'S41 the pod of the controller that acts is deleted by force, and another serves the next pods',
  diagnosed(async () => {
    await scaled(0);
    const first = await leader();
    await scale(APPS, 'deployment/sample-app', 5);
    await deletePodByForce(CONTROLLERS, first.metadata.name);
    const pods = await readyApps(5);
    await servedEach(pods);
    assert.notEqual((await leader()).metadata.uid, first.metadata.uid);
    await readyControllers(3);
  }),
);

test(
  'the app’s container restarts, and has its token still',
  diagnosed(async () => {
    const [pod] = await readyApps(5);
    assert.ok(pod);
    const before = await servedEach([pod]);
    await endContainer(APPS, pod.metadata.name, 'sample-app');
    const again = await eventually('its container has started again', async () => {
      const [one] = (await podsOf(APPS, 'app=sample-app')).filter(
        ({ metadata }) => metadata.uid === pod.metadata.uid,
      );
      const app = one?.status.containerStatuses?.[0];
      return one && app?.ready && app.restartCount > 0 ? one : undefined;
    });
    assert.deepEqual(accessorsOf(await servedEach([again])), accessorsOf(before));
    assert.equal((await eventsOf('VaultSecretDelivered')).get(pod.metadata.uid), 1);
  }),
);

test(
  'S14 an init container fails again and again, a person learns why, and it recovers',
  diagnosed(async () => {
    await vaultCli('delete', 'auth/approle/role/sample-app');
    await timeOutAfter('5s');
    const failing = await eventually('an init container has failed and run again', async () => {
      const pods = await podsOf(APPS, 'app=sample-app');
      return pods.find(({ status }) => (status.initContainerStatuses?.[0]?.restartCount ?? 0) > 0);
    });
    await eventually('an Event says why', async () => {
      const messages = await messagesOf(failing.metadata.uid, 'VaultSecretFailed');
      return messages.find((words) => NO_SUCH_ROLE.test(words));
    });
    const said = await logOf(failing, { container: 'install', previous: true });
    assert.match(said, /no push after 5s \(TIMEOUT\)/);
    await quickStart('up');
    await rolledOut(APPS, 'deployment/sample-app');
    await tokensWork(await readyApps(5));
    await timeOutAfter('');
    await rolledOut(APPS, 'deployment/sample-app');
  }),
);

test(
  'S8 a pod that has lost its sandbox is served like one that starts',
  diagnosed(async (t) => {
    if (!isOwnCluster()) return t.skip('only the cluster that the tests make can be harmed so');
    const [pod] = await readyApps(5);
    assert.ok(pod);
    const [before] = await servedEach([pod]);
    await loseSandbox(APPS, pod.metadata.name);
    const again = await anew(pod.metadata.uid, before?.accessor ?? '');
    await tokensWork([again]);
  }),
);

test(
  'S8 S7 the node reboots: who comes back is served, when Vault has been set up again',
  diagnosed(async (t) => {
    if (!isOwnCluster()) return t.skip('only the cluster that the tests make can be harmed so');
    const before = await servedEach(await readyApps(5));
    await rebootNode();
    // The Vault of the quick start forgets everything when its pod ends; it still counts as ready.
    await quickStart('up');
    await readyControllers(3);
    const pods = await readyApps(5);
    const now = accessorsOf(await servedEach(pods));
    assert.ok(accessorsOf(before).every((accessor) => !now.includes(accessor)));
    await tokensWork(pods);
  }),
);

test(
  'a node is drained one controller at a time, and all is well when it is back',
  diagnosed(async () => {
    const [pod] = await readyControllers(3);
    const node = await kubectl(
      'get',
      'pod',
      `--namespace=${CONTROLLERS}`,
      pod?.metadata.name ?? '',
      '--output=jsonpath={.spec.nodeName}',
    );
    const drained = drain(node);
    await eventually('a controller has gone, and no other may', async () => {
      const pods = await podsOf(CONTROLLERS, 'app=kubernetes-vault');
      return pods.some(({ status }) => status.phase === 'Pending');
    });
    await uncordon(node);
    await drained;
    await uncordon(node);
    await quickStart('up');
    await readyControllers(3);
    await tokensWork(await readyApps(5));
  }),
);

/** Has the pods' init containers give up so soon; '' for the default. */
async function timeOutAfter(duration: string): Promise<void> {
  const change = duration === '' ? 'TIMEOUT-' : `TIMEOUT=${duration}`;
  const which = [`--namespace=${APPS}`, 'deployment/sample-app', '--containers=install'];
  await kubectl('set', 'env', ...which, change);
}

async function scaled(replicas: number): Promise<void> {
  await scale(APPS, 'deployment/sample-app', replicas);
  await rolledOut(APPS, 'deployment/sample-app');
  await eventually('the other pods are gone', async () => {
    const names = await kubectl('get', 'pods', `--namespace=${APPS}`, '--output=name');
    return names.trim().split('\n').filter(Boolean).length === replicas;
  });
}

/** Waits until this pod runs again, with another token than it had. */
function anew(uid: string, accessor: string) {
  return eventually(
    'the pod has another token',
    async () => {
      const pods = await podsOf(APPS, 'app=sample-app');
      const pod = pods.find(({ metadata }) => metadata.uid === uid);
      if (!pod) return undefined;
      const [now] = await servedEach([pod]);
      return now?.accessor !== accessor ? pod : undefined;
    },
    120_000,
  );
}

function accessorsOf(served: readonly { readonly accessor: string }[]): string[] {
  return served.map(({ accessor }) => accessor).toSorted();
}
