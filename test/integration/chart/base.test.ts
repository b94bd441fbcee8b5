import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { type KubeObject, renderedObjects, theOnly } from '../../support/chart/rendered-chart.ts';

const base: KubeObject[] = globSync('deploy/base/*.yaml')
  .flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8'), { merge: true }))
  .map((document) => document.toJS());
const CALLED_ALIKE = ['--set', 'fullnameOverride=kubernetes-vault'];
const chart = await renderedObjects('token', ...CALLED_ALIKE);
const watchingMany = await renderedObjects('kubernetes-regex', ...CALLED_ALIKE);

/** Without what tells the controllers of one installation from those of another. */
function withoutSelectors<T extends KubeObject>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (key, inner) =>
      ['selector', 'labelSelector', 'labels'].includes(key) ? undefined : inner,
    ),
  );
}

test('the chart runs the controllers as deploy/base does', () => {
  const [ours, theirs] = [chart, base].map((objects) => {
    const { replicas, strategy, template } = withoutSelectors(theOnly('Deployment', objects)).spec;
    const { volumes: _, containers, ...pod } = template.spec;
    const [{ volumeMounts, image, imagePullPolicy: __, ...container }] = containers;
    const configAt = volumeMounts.find(({ name }: KubeObject) => name === 'config').mountPath;
    return { replicas, strategy, pod, container, configAt, image };
  });
  assert.ok(ours !== undefined && theirs !== undefined);
  const { enableServiceLinks, ...pod } = ours.pod;
  assert.equal(enableServiceLinks, false);
  assert.deepEqual({ ...ours, pod }, theirs);
});

test('the chart labels pods as deploy/base does, so that policies of others fit both', () => {
  const { app } = theOnly('Deployment', base).spec.template.metadata.labels;
  for (const pod of [theOnly('Deployment', chart).spec.template, theOnly('Pod', chart)]) {
    assert.equal(pod.metadata.labels.app, app);
  }
});

test('the chart has the Service and the disruption budget of deploy/base', () => {
  for (const kind of ['Service', 'PodDisruptionBudget']) {
    const [ours, theirs] = [chart, base].map((objects) => withoutSelectors(theOnly(kind, objects)));
    assert.deepEqual(ours?.spec, theirs?.spec, kind);
  }
});

test('the chart grants the rights of deploy/base, in one namespace or in all', () => {
  const rulesOf = (objects: KubeObject[], name: string) =>
    objects.find((object) => object.kind.endsWith('Role') && object.metadata.name.endsWith(name));
  const [election, pods] = ['kubernetes-vault', 'kubernetes-vault-pods'];
  assert.deepEqual(rulesOf(chart, election).rules, rulesOf(base, election).rules);
  assert.deepEqual(rulesOf(chart, pods).rules, rulesOf(base, pods).rules);
  assert.deepEqual(rulesOf(watchingMany, pods).rules, rulesOf(base, pods).rules);
  const kinds = [chart, watchingMany].map((objects) => rulesOf(objects, pods).kind);
  assert.deepEqual(kinds, ['Role', 'ClusterRole']);
  assert.equal(rulesOf(chart, pods).metadata.namespace, 'shop');
});
