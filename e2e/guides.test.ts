import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { blocksIn, commandsIn } from '../test/support/docs/markdown.ts';
import { APPS, readyApps, servedEach, tokensWork } from './support/apps.ts';
import { CONTROLLERS, leader, readyControllers } from './support/controllers.ts';
import { diagnosed } from './support/diagnostics.ts';
import { eventually } from './support/eventually.ts';
import { imageOf } from './support/images.ts';
import { applyObjects, kubectl } from './support/kubectl.ts';
import { nothingLeft, objectsOfCluster } from './support/leftovers.ts';
import { threeMembers } from './support/members.ts';
import { isReady, podsOf } from './support/pods.ts';
import { passage, Reader } from './support/reader.ts';
import { deleteNamespaces, deletePodByForce } from './support/users.ts';
import { vaultCli } from './support/vault-cli.ts';

const HELM = 'docs/guide/helm.md';
const VAULT_ACCESS = 'docs/guide/vault-access.md';
const HIGH_AVAILABILITY = 'docs/guide/high-availability.md';
const SECURED = 'deploy/secured-external-ca';
const SELECTOR = 'app.kubernetes.io/name=kubernetes-vault';
/** The pod that all guides speak of. */
const POD = { namespace: 'shop', name: 'web-6c9f-x2x7k' };

let cluster: readonly string[];
const reader = new Reader();

before(async () => {
  cluster = await objectsOfCluster();
});
after(async () => {
  await removeAll();
  reader.remove();
});

test(
  'S32 after the commands of deploy/secured-external-ca five pods have tokens that work',
  diagnosed(async () => {
    await reader.types({ page: `${SECURED}/README.md` });
    const pods = await readyApps(5);
    await servedEach(pods);
    await tokensWork(pods);
  }),
);

test(
  'with the login and the AppRole of their guides, the chart is installed as its guide says',
  diagnosed(async () => {
    // The chart's controllers take the place of the manifests', beside the same Vault.
    await deleteNamespaces(CONTROLLERS, APPS);
    await reader.typed(`kubectl create namespace ${POD.namespace}`);
    // It would keep the audience that the manifests use.
    await vaultCli('delete', 'auth/kubernetes/role/kubernetes-vault');
    await reader.types({ page: VAULT_ACCESS, heading: 'A token that is given' });
    await reader.types({ page: VAULT_ACCESS, heading: 'A token by login' });
    await reader.types({ page: VAULT_ACCESS, heading: 'Role lockout' });
    await reader.types({ page: 'docs/guide/production.md', heading: 'The AppRoles' });
    reader.writes('values.yaml', valuesOf('Install'));
    await reader.types({ page: HELM, heading: 'Install' });
    await reader.typed(`kubectl create configmap vault-ca -n ${POD.namespace} --from-file=ca.crt`);
    await readyControllers(3, SELECTOR);
  }),
);

test(
  'the pod of the guide is served, and what the guides say about a pod tells so',
  diagnosed(async () => {
    await startPod();
    const page = 'docs/guide/troubleshooting.md';
    const said = await reader.types({ page, heading: 'Three commands' });
    assert.match(said, /VaultSecretDelivered .* A credential of role "web" was delivered/);
    assert.match(said, /✓ pod\.authorization +a rule lets it have the role "web"/);
    assert.match(said, /"msg":"delivered/);
    await reader.types({ page: HELM, heading: 'Test' });
    // The first of its commands is the doctor, which ends with 1 if something has failed.
    const [doctor = ''] = commandsIn(passage({ page: 'docs/guide/production.md' })).split('\n');
    assert.match(await reader.typed(doctor), /\b0 failed/);
  }),
);

test(
  'S41 the controllers move to Raft as the guides say, and another serves when their leader is gone',
  diagnosed(async () => {
    const where = { page: HELM, heading: 'An election by Raft' };
    await reader.types(where);
    reader.writes('values.yaml', valuesOf('Install') + valuesOf(where.heading));
    await reader.typed(lineOf('helm upgrade'));
    await readyControllers(3, SELECTOR);
    await threeMembers(reader);
    await reader.types({ page: HIGH_AVAILABILITY, heading: 'Who leads' });
    const first = await leader(SELECTOR);
    await deletePodByForce(CONTROLLERS, first.metadata.name);
    await startPod();
    assert.notEqual((await leader(SELECTOR)).metadata.uid, first.metadata.uid);
    await readyControllers(3, SELECTOR);
    await threeMembers(reader);
    await reader.types({ page: HIGH_AVAILABILITY, heading: 'Handing over by hand' });
    await leader(SELECTOR);
  }),
);

test(
  'a rollback and an uninstall as the guide says leave nothing',
  diagnosed(async () => {
    await reader.typed(lineOf('helm rollback'));
    await readyControllers(3, SELECTOR);
    await startPod();
    await reader.typed(lineOf('helm uninstall'));
    await removeAll();
    await nothingLeft(cluster);
  }),
);

/** A command of the chart's guide. */
function lineOf(beginning: string): string {
  const lines = commandsIn(passage({ page: HELM })).split('\n');
  const line = lines.find((one) => one.startsWith(beginning));
  assert.ok(line, `${HELM} does not say: ${beginning}`);
  return line;
}

/** The values that a section of the chart's guide shows first. */
function valuesOf(heading: string): string {
  const [values = ''] = blocksIn(passage({ page: HELM, heading }), 'yaml');
  assert.ok(values);
  const prefix = process.env['E2E_IMAGE_PREFIX'];
  return heading === 'Install' && prefix ? `${values}global: {imageRegistry: ${prefix}}\n` : values;
}

/** The pod of the init container's guide, anew; until it is ready. */
async function startPod(): Promise<void> {
  const { namespace, name } = POD;
  const where = [`--namespace=${namespace}`, '--ignore-not-found', '--grace-period=1'];
  await kubectl('delete', 'pod', name, ...where);
  const [shown = ''] = blocksIn(passage({ page: 'docs/guide/init-container.md' }), 'yaml');
  const { metadata, spec } = parse(shown);
  const [install] = spec.initContainers;
  install.image = imageOf('kubernetes-vault-init');
  spec.containers[0].image = imageOf('kubernetes-vault-sample-app');
  const roleId = install.env.find((one: { name: string }) => one.name === 'VAULT_ROLE_ID');
  roleId.value = await vaultCli('read', '-field=role_id', 'auth/approle/role/web/role-id');
  const about = { ...metadata, ...POD, labels: { app: 'web' } };
  await applyObjects({ apiVersion: 'v1', kind: 'Pod', metadata: about, spec });
  await eventually(`${name} is ready`, async () => {
    const pods = await podsOf(namespace, 'app=web');
    return pods.length === 1 && pods.every(isReady);
  });
}

async function removeAll(): Promise<void> {
  await reader.typed(`kubectl delete -k ${SECURED} --ignore-not-found`);
  await deleteNamespaces(POD.namespace, CONTROLLERS);
}
