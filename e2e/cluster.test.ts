import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { diagnosed } from './support/diagnostics.ts';
import { eventually } from './support/eventually.ts';
import { imageOf } from './support/images.ts';
import { applyObjects, kubectl, kubectlJson } from './support/kubectl.ts';
import { isReady, logOf, podsOf } from './support/pods.ts';
import { deleteNamespaces } from './support/users.ts';

const NAMESPACE = 'e2e-cluster';
const CONTAINER = 'main';

const SAYS_ADDRESSES = `
  const { lookup } = require('node:dns/promises');
  const names = ['kubernetes.default', 'kube-dns.kube-system.svc.cluster.local'];
  Promise.all(names.map((name) => lookup(name))).then((found) => {
    console.log(found.map(({ address }) => address).join(' '));
    setInterval(() => {}, 1e6);
  });
`;

before(async () => {
  await applyObjects({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  });
  await eventually('the namespace has its service account', () =>
    kubectl('get', 'serviceaccount', 'default', `--namespace=${NAMESPACE}`),
  );
});
after(() => deleteNamespaces(NAMESPACE));

test(
  'the nodes are ready',
  diagnosed(async () => {
    type Nodes = { items: readonly { status: { conditions: readonly Condition[] } }[] };
    type Condition = { readonly type: string; readonly status: string };
    const { items } = await kubectlJson<Nodes>('get', 'nodes');
    const ready = items.map(({ status }) => status.conditions.find(({ type }) => type === 'Ready'));
    assert.ok(ready.length > 0);
    assert.ok(ready.every((condition) => condition?.status === 'True'));
  }),
);

test(
  'a restricted pod runs, resolves the names of Services, and its log can be read',
  diagnosed(async () => {
    await applyObjects(pod('names', { allowPrivilegeEscalation: false }));
    const seen = await eventually('the pod is ready', async () => {
      const [one] = await podsOf(NAMESPACE, 'app=names');
      return one && isReady(one) ? one : undefined;
    });
    const said = await eventually('the pod has resolved names', async () => {
      const log = await logOf(seen, { container: CONTAINER });
      return log.trim();
    });
    const services = await Promise.all([
      serviceAddress('default', 'kubernetes'),
      serviceAddress('kube-system', 'kube-dns'),
    ]);
    assert.equal(said, services.join(' '));
  }),
);

test(
  'a privileged pod is refused where Pod Security is restricted',
  diagnosed(async () => {
    const privileged = applyObjects(pod('privileged', { privileged: true }));
    await assert.rejects(privileged, /violates PodSecurity "restricted/);
  }),
);

function serviceAddress(namespace: string, name: string): Promise<string> {
  const address = '--output=jsonpath={.spec.clusterIP}';
  return kubectl('get', 'service', `--namespace=${namespace}`, name, address);
}

function pod(name: string, rights: object): object {
  const capabilities = { drop: ['ALL'] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: CONTAINER,
          image: imageOf('kubernetes-vault-sample-app'),
          command: ['/usr/bin/node', '--eval', SAYS_ADDRESSES],
          securityContext: { readOnlyRootFilesystem: true, capabilities, ...rights },
        },
      ],
    },
  };
}
