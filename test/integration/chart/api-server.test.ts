import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import {
  type ChartCluster,
  objectsOfReleases,
  startChartCluster,
} from '../../support/chart/chart-cluster.ts';
import { CHART } from '../../support/chart/helm.ts';
import {
  configOf,
  type KubeObject,
  RELEASE,
  renderedObjects,
  theOnly,
  VALUES_FILES,
} from '../../support/chart/rendered-chart.ts';
import { RequestFailed } from '../../support/real/admin-client.ts';
import { until } from '../../support/until.ts';

const { namespace } = RELEASE;
const DRY_RUN = 'dryRun=All&fieldValidation=Strict';

let cluster: ChartCluster;

before(async () => {
  cluster = await startChartCluster();
});

after(() => cluster[Symbol.asyncDispose]());

async function tryPod({ metadata, spec }: KubeObject, where: string): Promise<void> {
  const pod = { metadata: { ...metadata, name: 'tried', namespace: where }, spec };
  await cluster.kube.request('POST', `/api/v1/namespaces/${where}/pods?${DRY_RUN}`, pod);
}

function get(path: string): Promise<KubeObject> {
  return cluster.kube.request<KubeObject>('GET', path);
}

async function installedConfig(name: string): Promise<KubeObject> {
  return configOf(
    [await get(`/api/v1/namespaces/${namespace}/configmaps/${name}-config`)].map((object) => ({
      kind: 'ConfigMap',
      ...object,
    })),
  );
}

for (const values of VALUES_FILES.keys()) {
  test(`values ${values}: a real API server takes all of it, its pods under Pod Security restricted, and nothing stays behind`, async () => {
    const objects = await renderedObjects(values);
    await cluster.install(values);
    try {
      const installed = (await objectsOfReleases(cluster.kube)).length;
      assert.equal(installed, objects.filter(({ kind }) => kind !== 'Pod').length);
      const { name } = theOnly('Deployment', objects).metadata;
      const { spec } = await get(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`);
      await tryPod(spec.template, namespace);
      await tryPod(theOnly('Pod', objects), namespace);
    } finally {
      await cluster.uninstall();
    }
    assert.deepEqual(await objectsOfReleases(cluster.kube), []);
    assert.deepEqual((await get(`/api/v1/namespaces/${namespace}/secrets`)).items, []);
  });
}

test('pods with more rights would have been refused', async () => {
  const { spec } = theOnly('Pod', await renderedObjects('token'));
  const asRoot = { metadata: {}, spec: { ...spec, securityContext: { runAsUser: 0 } } };
  await assert.rejects(tryPod(asRoot, namespace), (error) => {
    assert.ok(error instanceof RequestFailed);
    assert.match(error.answer, /violates PodSecurity \\?"restricted/);
    return true;
  });
});

/** What the service account may do, by what is watched. */
const RIGHTS = [
  { verb: 'watch', resource: 'pods', namespace: 'shop', one: true, many: true },
  { verb: 'patch', resource: 'events', namespace: 'shop', one: true, many: true },
  { verb: 'watch', resource: 'pods', namespace: 'default', one: false, many: true },
  { verb: 'get', resource: 'secrets', namespace, one: false, many: false },
  { verb: 'create', resource: 'pods', namespace: 'shop', one: false, many: false },
] as const;

for (const { values, reach } of [
  { values: 'token', reach: 'one' },
  { values: 'kubernetes-regex', reach: 'many' },
] as const) {
  test(`values ${values}: the controllers have the rights of what they watch, and the Leases of their name`, async () => {
    await cluster.install(values);
    try {
      const account = 'kv-kubernetes-vault';
      for (const { one, many, ...right } of RIGHTS) {
        const wanted = { one, many }[reach];
        assert.equal(await cluster.allows(account, right), wanted, JSON.stringify(right));
      }
      const group = 'coordination.k8s.io';
      const lease = { verb: 'patch', group, resource: 'leases', namespace };
      assert.ok(await cluster.allows(account, { ...lease, name: account }));
      assert.ok(await cluster.allows(account, { ...lease, name: `${account}-cluster` }));
      assert.ok(!(await cluster.allows(account, { ...lease, name: 'another' })));
    } finally {
      await cluster.uninstall();
    }
  });
}

test('the notes say of Raft how its keys are made, and how to see its members', async () => {
  const notes = await cluster.install('raft');
  await cluster.uninstall();
  assert.match(notes, /create secret generic kubernetes-vault-cluster --from-file=keyring=/);
  assert.match(
    notes,
    /-- kubernetes-vault members --config \/kubernetes-vault\/kubernetes-vault\.yml$/m,
  );
});

test('an upgrade changes the configuration and so the pods, a rollback takes that back', async () => {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/kv-kubernetes-vault`;
  const state = async () => {
    const { metadata } = (await get(path)).spec.template;
    const { authorization } = await installedConfig('kv-kubernetes-vault');
    return { checksum: metadata.annotations['checksum/config'], rules: authorization.rules };
  };
  await cluster.install('token');
  try {
    const first = await state();
    assert.deepEqual(first.rules, []);
    const rule = { approles: ['web'], namespaces: ['shop'] };
    const set = ['--set-json', `authorization.rules=${JSON.stringify([rule])}`];
    await cluster.run('upgrade', CHART, '--reuse-values', ...set);
    const second = await state();
    assert.deepEqual(second.rules, [rule]);
    assert.notEqual(second.checksum, first.checksum);
    await cluster.run('rollback', '1');
    assert.deepEqual(await state(), first);
    const history = parse(await cluster.run('history', '--output', 'yaml'));
    assert.deepEqual(
      history.map(({ revision }: KubeObject) => revision),
      [1, 2, 3],
    );
  } finally {
    await cluster.uninstall();
  }
});

for (const phase of ['Succeeded', 'Failed']) {
  test(`helm test runs the doctor with the controllers' configuration, and goes by how it ended: ${phase}`, async () => {
    await cluster.install('token');
    const path = `/api/v1/namespaces/${namespace}/pods/kv-kubernetes-vault-doctor`;
    try {
      const tested = cluster.test();
      const { spec } = await until('the pod is there', () => get(path));
      assert.deepEqual(spec.containers[0].args.slice(0, 2), ['doctor', '--config']);
      assert.ok(
        spec.containers[0].args[2].startsWith(spec.containers[0].volumeMounts[0].mountPath),
      );
      await cluster.kube.request('PATCH', `${path}/status`, { status: { phase } });
      assert.equal((await tested).ok, phase === 'Succeeded');
      const pods = await get(`/api/v1/namespaces/${namespace}/pods`);
      assert.equal(pods.items.length, phase === 'Succeeded' ? 0 : 1);
    } finally {
      await cluster.uninstall();
      if (phase === 'Failed') await cluster.kube.request('DELETE', path);
    }
  });
}

/** The manifest of a pod that the notes show. */
function podOf(notes: string): KubeObject {
  return parse(/^ +metadata:\n.*?\n\n/ms.exec(notes)?.[0] ?? '');
}

test('the notes show a pod that the API server takes, and say how to see who leads', async () => {
  const notes = await cluster.install('kubernetes-regex');
  await cluster.uninstall();
  assert.match(notes, /kubectl -n kubernetes-vault get lease kv-kubernetes-vault$/m);
  assert.doesNotMatch(notes, /!!/);
  const pod = podOf(notes);
  const [init] = pod.spec.initContainers;
  assert.match(init.image, /^registry\.example\/team\/kubernetes-vault-init@sha256:/);
  assert.equal(pod.metadata.annotations['pod.boostport.com/vault-init-container'], init.name);
  await tryPod(pod, 'default');
});

test('S24 the pod of the notes has the pins that its Vault takes', async () => {
  const notes = await cluster.install('everything');
  await cluster.uninstall();
  const [{ env }] = podOf(notes).spec.initContainers;
  const pins = env.map(({ name, value }: KubeObject) => [name, value]);
  assert.deepEqual(Object.fromEntries(pins), {
    VAULT_ROLE_ID: '00000000-0000-0000-0000-000000000000',
    VAULT_ADDR: 'https://vault.vault:8200',
    VAULT_APPROLE: 'web',
    VAULT_APPROLE_MOUNT: 'apps/approle',
    VAULT_NAMESPACE: 'team-a',
    VAULT_CACERT: '/vault-ca/ca.crt',
  });
});

test('S9 the notes say aloud that without rules every pod is refused', async () => {
  const notes = await cluster.install('token');
  await cluster.uninstall();
  assert.match(notes, /!! .*EVERY POD IS REFUSED.*authorization:\n +rules:\n/s);
});
