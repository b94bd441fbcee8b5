import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { CLUSTER_WIDE } from '../../../quick-start/plan/down.ts';
import { caPod } from '../../../quick-start/plan/external-ca.ts';
import { partOf, withImages } from '../../../quick-start/plan/manifests.ts';
import { type Choice, NAMESPACES, ROLE_ID } from '../../../quick-start/plan/names.ts';
import { ROOT } from './run-plan.ts';

const asWritten: Choice = {
  kind: 'plain',
  root: ROOT,
  imagePrefix: undefined,
  vaultImage: undefined,
  cli: 'bao',
};

const rendered = `apiVersion: v1
kind: Namespace
metadata:
  name: vault
---
apiVersion: v1
data:
  vault.hcl: |
    image = "kubernetes-vault:1.0"
kind: ConfigMap
metadata:
  name: vault-config-abc
  namespace: vault
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  labels:
    app: vault
  name: vault-token-review
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: vault
  namespace: vault
spec:
  template:
    spec:
      containers:
      - command:
        - bao
        - server
        image: openbao/openbao:2.7.2
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: sample-app
  namespace: sample-app
spec:
  template:
    spec:
      containers:
      - image: kubernetes-vault-sample-app:1.2.3
      initContainers:
      - image: kubernetes-vault-init:1.2.3
`;

const imagesIn = (text: string) =>
  [...text.matchAll(/^ *(?:- )?image: (\S+)$/gm)].map(([, image]) => image);

test('images as the manifests have them are left as they are', () => {
  assert.equal(withImages(rendered, asWritten), rendered);
});

test('a prefix is put before our images, and before no others', () => {
  const images = imagesIn(
    withImages(rendered, { ...asWritten, imagePrefix: 'registry:5000/team' }),
  );
  assert.deepEqual(images, [
    'openbao/openbao:2.7.2',
    'registry:5000/team/kubernetes-vault-sample-app:1.2.3',
    'registry:5000/team/kubernetes-vault-init:1.2.3',
  ]);
});

test("another image of Vault's takes the place of OpenBao's, with its own command line", () => {
  const choice = { ...asWritten, vaultImage: 'hashicorp/vault:1.21', cli: 'vault' } as const;
  const text = withImages(rendered, choice);
  assert.equal(imagesIn(text)[0], 'hashicorp/vault:1.21');
  assert.match(text, /- command:\n +- vault\n +- server\n/);
});

test("what belongs to Vault's namespace is its objects, the namespace, and what its label says", () => {
  const part = parseAllDocuments(partOf(rendered, 'vault')).map((one) => one.toJS());
  assert.deepEqual(
    part.map(({ kind }) => kind),
    ['Namespace', 'ConfigMap', 'ClusterRole', 'Deployment'],
  );
});

interface KubeObject {
  readonly kind: string;
  readonly metadata?: { readonly name: string };
}

/** Every object of the manifests that the quick start applies. */
function manifests(): readonly KubeObject[] {
  const folders = '{base,components,quick-start,secured-external-ca}';
  const files = globSync(`deploy/${folders}/**/*.yaml`, { cwd: ROOT });
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(join(ROOT, file), 'utf8')).map(
      (one) => one.toJS() as KubeObject,
    ),
  );
}

const named = (...kinds: readonly string[]) =>
  new Set(
    manifests().flatMap(({ kind, metadata }) =>
      kinds.includes(kind) && metadata ? [`${kind.toLowerCase()}/${metadata.name}`] : [],
    ),
  );

test('down knows everything that the manifests make outside of namespaces, and every namespace', () => {
  assert.deepEqual(named('ClusterRole', 'ClusterRoleBinding'), new Set(CLUSTER_WIDE));
  assert.deepEqual(named('Namespace'), new Set(NAMESPACES.map((name) => `namespace/${name}`)));
  const wide = ['CustomResourceDefinition', 'PriorityClass', 'MutatingWebhookConfiguration'];
  assert.deepEqual(named(...wide), new Set());
});

test('the pods of the sample app name the role_id that the AppRole gets', () => {
  const text = readFileSync(join(ROOT, 'deploy/quick-start/sample-app/sample-app.yaml'), 'utf8');
  assert.ok(text.includes(`value: ${ROLE_ID}`));
});

test('the external CA runs the image that the manifests have for Vault, or the chosen one', () => {
  const text = readFileSync(join(ROOT, 'deploy/quick-start/vault/vault.yaml'), 'utf8');
  const [container] = caPod({ vaultImage: undefined, cli: 'bao' }).spec.containers;
  assert.equal(container?.image, imagesIn(text)[0]);
  const [chosen] = caPod({ vaultImage: 'vault:1', cli: 'vault' }).spec.containers;
  assert.deepEqual([chosen?.image, chosen?.command[0]], ['vault:1', 'vault']);
});
