import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { stringify } from 'yaml';
import { APPS, readyApps, servedEach, tokensWork } from './support/apps.ts';
import { CONTROLLERS, leader, readyControllers } from './support/controllers.ts';
import { diagnosed, diagnosedHook } from './support/diagnostics.ts';
import { kubectl } from './support/kubectl.ts';
import { nothingLeft, objectsOfCluster } from './support/leftovers.ts';
import { threeMembers } from './support/members.ts';
import { quickStart } from './support/quick-start.ts';
import { passage, Reader } from './support/reader.ts';
import { deletePodByForce, restart, rolledOut, scale } from './support/users.ts';

const COMPONENT = { page: 'deploy/components/raft/kustomization.yaml' };
/** What the component tells people to write and to type. */
const TOLD = [...passage(COMPONENT).matchAll(/^# {3}(.*)$/gm)]
  .map(([, line]) => `${line}\n`)
  .join('');
const [CONFIGURATION = '', COMMAND = ''] = TOLD.split(/^(?=openssl)/m);

let cluster: readonly string[];
const reader = new Reader();

/** The Vault and the apps of the quick start, and controllers of an overlay of somebody's own. */
before(
  diagnosedHook(async () => {
    cluster = await objectsOfCluster();
    await quickStart('up');
    await kubectl('delete', 'deployments,leases', '--all', `--namespace=${CONTROLLERS}`);
    writeOverlay();
  }),
);
after(async () => {
  await quickStart('down');
  reader.remove();
});

test(
  'three controllers of the base and the component raft elect one of them, and serve',
  diagnosed(async () => {
    await reader.typed(COMMAND);
    await reader.typed('kubectl apply -k overlay');
    await readyControllers(3);
    assert.equal((await threeMembers(reader)).length, 3);
    await restart(APPS, 'deployment/sample-app');
    const pods = await readyApps(5);
    await servedEach(pods);
    await tokensWork(pods);
  }),
);

test(
  'S41 the pod of the Raft leader is deleted by force, another serves, and three are members again',
  diagnosed(async () => {
    await scale(APPS, 'deployment/sample-app', 0);
    await rolledOut(APPS, 'deployment/sample-app');
    const first = await leader();
    await scale(APPS, 'deployment/sample-app', 5);
    await deletePodByForce(CONTROLLERS, first.metadata.name);
    await servedEach(await readyApps(5));
    assert.notEqual((await leader()).metadata.uid, first.metadata.uid);
    const members = await threeMembers(reader);
    assert.ok(!members.includes(first.metadata.name), members.join(' '));
  }),
);

test(
  'the doctor finds nothing wrong before and after an upgrade, as the guide says',
  diagnosed(async () => {
    const page = 'docs/guide/upgrading.md';
    const said = await reader.types({ page, heading: 'In short' }, { 'deploy/base': 'overlay' });
    assert.equal(said.match(/^0 failed, /gm)?.length, 2, said);
  }),
);

test(
  'to delete the overlay and the quick start leaves nothing',
  diagnosed(async () => {
    await reader.typed('kubectl delete -k overlay');
    await quickStart('down');
    await nothingLeft(cluster);
  }),
);

/** As deploy/base/README.md has it. */
function writeOverlay(): void {
  const config = passage({ page: 'deploy/quick-start/kubernetes-vault.yml' });
  const namespace = [{ op: 'replace', path: '/metadata/namespace', value: APPS }];
  const overlay = {
    resources: ['../deploy/base'],
    components: ['../deploy/components/raft'],
    configMapGenerator: [
      {
        name: 'kubernetes-vault-config',
        namespace: CONTROLLERS,
        behavior: 'replace',
        files: ['kubernetes-vault.yml'],
      },
    ],
    patches: [
      {
        target: { kind: 'Role|RoleBinding', name: 'kubernetes-vault-pods' },
        patch: stringify(namespace),
      },
    ],
  };
  mkdirSync(reader.path('overlay'));
  reader.writes('overlay/kubernetes-vault.yml', config + CONFIGURATION);
  reader.writes('overlay/kustomization.yaml', stringify(overlay));
}
