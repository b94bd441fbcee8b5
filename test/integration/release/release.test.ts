import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { untar } from '../../../tools/images/engine/archive.ts';
import { readLock } from '../../../tools/images/lock.ts';
import { IMAGES } from '../../../tools/images/programs.ts';
import { releaseChart } from '../../../tools/release/chart.ts';
import { checksums, differences } from '../../../tools/release/checksums.ts';
import { copySources } from '../../../tools/release/copied-checkout.ts';
import { releaseManifests } from '../../../tools/release/manifests.ts';
import { helmSucceeds } from '../../support/chart/helm.ts';
import { type KubeObject, RELEASE, VALUES_FILES } from '../../support/chart/rendered-chart.ts';
import { blocksIn } from '../../support/docs/markdown.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { DEPLOY, kubectl, OVERLAYS } from '../manifests/kubectl.ts';

const CHECKOUT = join(import.meta.dirname, '../../..');
const { version } = readLock(CHECKOUT);
const PREFIX = 'registry.example/team/';

const folder = new ScratchFolder('release');
let release: string;

before(async () => {
  release = await made('first', CHECKOUT);
});

after(() => folder.remove());

/** Makes what of a release is no image, under this name; its folder. */
async function made(name: string, checkout: string, prefix = ''): Promise<string> {
  const [content, scratch] = [folder.file(`${name}/content`), folder.file(`${name}/scratch`)];
  for (const path of [content, scratch]) mkdirSync(path, { recursive: true });
  const place = { checkout, content, scratch, version, prefix, time: 1_700_000_000 };
  await releaseChart(place);
  await releaseManifests(place);
  return content;
}

/** The file that docs/guide/release.md shows, which it calls so in its first line. */
function fileOfTheGuide(name: string): string {
  const guide = readFileSync(join(CHECKOUT, 'docs/guide/release.md'), 'utf8');
  const found = blocksIn(guide, 'yaml').find((block) => block.startsWith(`# ${name}\n`));
  assert.ok(found, name);
  return found;
}

function objectsIn(text: string): KubeObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
}

test('chart and manifests are the same, byte for byte, from another folder; one changed byte is noticed, and where', async () => {
  const copy = folder.file('a/checkout/elsewhere');
  mkdirSync(copy, { recursive: true });
  await copySources(CHECKOUT, copy);
  const sums = await checksums(release);
  assert.equal(sums.split('\n').length, 7, sums);
  assert.deepEqual(differences(sums, await checksums(await made('second', copy))), []);
  const values = join(copy, 'deploy/helm/kubernetes-vault/values.yaml');
  writeFileSync(values, readFileSync(values, 'utf8').replace('replicas: 3', 'replicas: 5'));
  const changed = await checksums(await made('third', copy));
  assert.deepEqual(differences(sums, changed), [`chart/kubernetes-vault-${version}.tgz`]);
});

test("helm installs out of the package what it does out of the folder, with the images of a registry of one's own", async () => {
  const values = VALUES_FILES.get('quick-start') ?? '';
  const chart = join(release, `chart/kubernetes-vault-${version}.tgz`);
  const args = ['--namespace', RELEASE.namespace, '--values', values];
  const render = (of: string, ...more: readonly string[]) =>
    helmSucceeds('template', RELEASE.name, of, ...args, ...more);
  assert.equal(await render(chart), await render(join(DEPLOY, 'helm/kubernetes-vault')));
  const own = await render(chart, '--set', `global.imageRegistry=${PREFIX.slice(0, -1)}`);
  const images = [...own.matchAll(/^ *image: "?([^"\n]*)/gm)].map(([, image]) => image);
  assert.ok(images.length > 0);
  assert.deepEqual([...new Set(images)], [`${PREFIX}kubernetes-vault:${version}`]);
});

test('the rendered manifests are what kubectl renders, and name images as images.txt does', async () => {
  for (const overlay of OVERLAYS) {
    const { stdout } = await kubectl(['kustomize', `${DEPLOY}/${overlay}`], {});
    assert.equal(readFileSync(join(release, `manifests/${overlay}.yaml`), 'utf8'), stdout);
  }
  const monitoring = objectsIn(readFileSync(join(release, 'manifests/monitoring.yaml'), 'utf8'));
  assert.deepEqual(
    monitoring.map(({ kind }) => kind),
    ['ConfigMap', 'PrometheusRule', 'ServiceMonitor'],
  );
  const elsewhere = await made('prefixed', CHECKOUT, PREFIX);
  const text = readFileSync(join(elsewhere, 'manifests/quick-start.yaml'), 'utf8');
  const ours = [...text.matchAll(/image: (\S*kubernetes-vault\S*)/g)].map(([, image]) => image);
  assert.deepEqual(new Set(ours), new Set(IMAGES.map(({ name }) => `${PREFIX}${name}:${version}`)));
});

test("what the manifests are rendered from is there for overlays of one's own, and nothing that could be a key", async () => {
  const unpacked = folder.file('unpacked');
  await untar(join(release, `manifests/deploy-${version}.tgz`), unpacked);
  for (const name of OVERLAYS) {
    const [own, theirs] = await Promise.all(
      [join(unpacked, 'deploy'), DEPLOY].map((deploy) =>
        kubectl(['kustomize', join(deploy, name)], {}),
      ),
    );
    assert.equal(own?.stdout, theirs?.stdout);
  }
  const overlay = join(unpacked, 'overlay');
  mkdirSync(overlay);
  const kustomization = fileOfTheGuide('overlay/kustomization.yaml');
  writeFileSync(join(overlay, 'kustomization.yaml'), kustomization);
  writeFileSync(join(overlay, 'kubernetes-vault.yml'), 'of: my own\n');
  const { stdout } = await kubectl(['kustomize', overlay], {});
  assert.match(stdout, /^ *kubernetes-vault\.yml: \|\n *of: my own$/m);
  assert.match(stdout, new RegExp(`image: ${PREFIX}kubernetes-vault:${version}$`, 'm'));
  const files = globSync('**/*.*', { cwd: unpacked });
  assert.deepEqual(
    files.filter((file) => !/\.(?:yaml|yml|json|hcl|md)$/.test(file)),
    [],
  );
});
