import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { mountedFiles } from '../../support/chart/mounted-files.ts';
import { configText, type KubeObject } from '../../support/chart/rendered-chart.ts';
import { settingsOf } from '../../support/config/load.ts';
import { writeKubeconfig } from '../../support/installation/kubeconfig.ts';
import { type ControlPlane, startControlPlane } from '../../support/real/control-plane.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { DEPLOY, kubectl, kustomized, OVERLAYS } from './kubectl.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
);
const folder = new ScratchFolder('manifests');
let plane: ControlPlane;
let admin: { readonly KUBECONFIG: string };

before(async () => {
  plane = await startControlPlane();
  admin = writeKubeconfig(folder.file('kubeconfig'), plane, plane.adminToken);
});

after(async () => {
  await plane[Symbol.asyncDispose]();
  folder.remove();
});

for (const overlay of OVERLAYS) {
  test(`everything of deploy/${overlay} is accepted without a warning, and a second time changes nothing`, async () => {
    const apply = ['apply', '-k', `${DEPLOY}/${overlay}`];
    const first = await kubectl(apply, admin);
    assert.equal(first.stderr, '');
    const again = await kubectl(apply, admin);
    assert.equal(again.stderr, '');
    const lines = again.stdout.trim().split('\n');
    assert.equal(lines.length, (await kustomized(overlay)).length);
    // kubectl patches a budget's selector whole, and says so though it stays what it is.
    const changed = lines.filter((line) => !/ unchanged$|^poddisruptionbudget/.test(line));
    assert.deepEqual(changed, []);
  });

  test(`the pods of deploy/${overlay} may be created where restricted is enforced`, async () => {
    const deployments = (await kustomized(overlay)).filter(({ kind }) => kind === 'Deployment');
    for (const { metadata, spec } of deployments) {
      const { name, namespace } = metadata;
      const pod = { apiVersion: 'v1', kind: 'Pod', ...spec.template };
      const accepted = { ...pod, metadata: { ...pod.metadata, namespace, name } };
      const create = ['create', '--dry-run=server', '-f', '-'];
      assert.equal((await kubectl(create, admin, JSON.stringify(accepted))).stderr, '');
      const { securityContext: _, ...rest } = pod.spec;
      const refused = { ...accepted, spec: rest };
      await assert.rejects(
        kubectl(create, admin, JSON.stringify(refused)),
        /violates PodSecurity "restricted/,
      );
    }
  });

  test(`the controllers of deploy/${overlay} serve what their configuration says, and find its files`, async () => {
    const objects = await kustomized(overlay);
    const { spec } = named(objects, 'Deployment', 'kubernetes-vault').spec.template;
    const [container] = spec.containers;
    const environment = Object.fromEntries(
      container.env.map(({ name }: KubeObject) => [name, 'kubernetes-vault']),
    );
    const mounted = mountedFiles(spec);
    const files = new Proxy({}, { get: (_, path) => mounted(String(path)) });
    const settings = settingsOf(configText(objects), environment, files);
    assert.deepEqual(
      container.ports.map(({ name, containerPort }: KubeObject) => [name, containerPort]),
      [
        ['metrics', settings.prometheus.port],
        ['health', settings.health.port],
        ['peer', settings.peerPort],
      ],
    );
    assert.ok(settings.prometheus.port > 1_023, 'a lower port takes a capability');
    const probed = (path: string) => ({ path, port: 'health' });
    assert.deepEqual(container.startupProbe.httpGet, probed('/healthz'));
    assert.deepEqual(container.livenessProbe.httpGet, probed('/healthz'));
    assert.deepEqual(container.readinessProbe.httpGet, probed('/readyz'));
    const mount = container.volumeMounts.find(({ name }: KubeObject) => name === 'config');
    assert.equal(container.args[1], `${mount.mountPath}/kubernetes-vault.yml`);
  });

  test(`every image of ours in deploy/${overlay} is of this version`, async () => {
    const images = (await kustomized(overlay))
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ spec }) => spec.template.spec)
      .flatMap(({ containers, initContainers = [] }) => [...initContainers, ...containers])
      .map(({ image }: KubeObject): string => image)
      .filter((image) => image.startsWith('kubernetes-vault'));
    assert.ok(images.length > 0);
    for (const image of images) assert.equal(image.split(':')[1], version);
  });
}

function named(objects: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = objects.find((one) => one.kind === kind && one.metadata.name === name);
  assert.ok(found, `${kind} ${name}`);
  return found;
}
