import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { loseSandbox, rebootNode } from './cluster/harm.ts';
import { NODE_NAME } from './cluster/layout.ts';
import { diagnosed } from './support/diagnostics.ts';
import { eventually } from './support/eventually.ts';
import { vaultImage } from './support/images.ts';
import { applyObjects } from './support/kubectl.ts';
import { isOwnCluster } from './support/own-cluster.ts';
import { isReady, type PodSeen, podsOf } from './support/pods.ts';
import { deleteNamespaces, drain, rolledOut, uncordon } from './support/users.ts';

const NAMESPACE = 'e2e-node';
const options = { skip: !isOwnCluster() && 'harms the node that is there for the tests alone' };

describe('a node', options, () => {
  before(async () => {
    const metadata = { name: NAMESPACE };
    await applyObjects({ apiVersion: 'v1', kind: 'Namespace', metadata }, deployment());
    await rolledOut(NAMESPACE, 'deployment/web');
  });
  after(() => deleteNamespaces(NAMESPACE));

  test(
    'a pod that lost its network gets another one, and runs again',
    diagnosed(async () => {
      const old = await thePod();
      await loseSandbox(NAMESPACE, old.metadata.name);
      const now = await comesBack(old);
      assert.equal(now.metadata.uid, old.metadata.uid);
    }),
  );

  test(
    'pods run again after the node was rebooted',
    diagnosed(async () => {
      const old = await thePod();
      await rebootNode();
      const now = await comesBack(old);
      assert.equal(now.metadata.uid, old.metadata.uid);
    }),
  );

  test(
    'pods leave a node that is drained, and come when it is uncordoned',
    diagnosed(async () => {
      const old = await thePod();
      await drain(NODE_NAME);
      const waiting = await thePod();
      assert.notEqual(waiting.metadata.uid, old.metadata.uid);
      assert.equal(waiting.status.phase, 'Pending');
      await uncordon(NODE_NAME);
      await rolledOut(NAMESPACE, 'deployment/web');
      await rolledOut('kube-system', 'deployment/coredns');
    }),
  );
});

/** Until the same pod is ready again, with another address. */
function comesBack(old: PodSeen): Promise<PodSeen> {
  return eventually('the pod is ready with another address', async () => {
    const now = await thePod();
    return isReady(now) && now.status.podIP !== old.status.podIP ? now : undefined;
  });
}

async function thePod(): Promise<PodSeen> {
  const [pod, ...others] = await podsOf(NAMESPACE, 'app=web');
  assert.ok(pod && others.length === 0);
  return pod;
}

function deployment(): object {
  const labels = { app: 'web' };
  const container = {
    name: 'web',
    image: vaultImage(),
    command: ['bao', 'server', '-dev', '-dev-no-store-token', '-dev-listen-address=0.0.0.0:8200'],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: NAMESPACE },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 1, containers: [container] },
      },
    },
  };
}
