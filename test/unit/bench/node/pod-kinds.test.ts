import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { type PodKind, podOf, type Template } from '../../../../bench/node/pod-kinds.ts';

const MANIFEST = new URL(
  '../../../../deploy/quick-start/sample-app/sample-app.yaml',
  import.meta.url,
);

interface Pod {
  readonly metadata: { readonly name: string; readonly annotations?: object };
  readonly spec: {
    readonly serviceAccountName: string;
    readonly initContainers: readonly { readonly command?: readonly string[] }[];
    readonly containers: readonly { readonly volumeMounts: readonly object[] }[];
    readonly volumes: readonly object[];
  };
}

const template = sampleApp();
const pod = (kind: PodKind) => podOf(kind, 'p', template) as Pod;

test('the pods that are served are the sample app’s', () => {
  const { metadata, spec } = pod('served');
  assert.deepEqual(metadata.annotations, template.metadata.annotations);
  assert.deepEqual(spec.initContainers, template.spec.initContainers);
  assert.deepEqual(spec.volumes, template.spec.volumes);
  assert.equal(spec.containers[0]?.volumeMounts.length, 1);
});

for (const kind of ['plain', 'with-volume', 'with-init'] as const) {
  test(`a pod that is ${kind} asks for no credential, and is its app’s otherwise`, () => {
    const { metadata, spec } = pod(kind);
    assert.deepEqual(metadata.annotations, {});
    assert.equal(spec.serviceAccountName, 'sample-app');
  });
}

test('a plain pod has none of what a credential takes', () => {
  const { spec } = pod('plain');
  const found = [spec.initContainers, spec.volumes, spec.containers[0]?.volumeMounts];
  assert.deepEqual(found, [[], [], []]);
});

test('what differs from a plain pod comes one by one: the volume, then an init container', () => {
  const { volumes, containers } = pod('served').spec;
  const [withVolume, withInit] = [pod('with-volume').spec, pod('with-init').spec];
  assert.deepEqual(withVolume, { ...withVolume, initContainers: [], volumes, containers });
  assert.deepEqual({ ...withInit, initContainers: [] }, withVolume);
  assert.deepEqual(
    withInit.initContainers.map(({ command }) => command),
    [['/usr/bin/node', '--version']],
  );
});

function sampleApp(): Template {
  const documents = parseAllDocuments(readFileSync(MANIFEST, 'utf8'));
  const deployment = documents.map((one) => one.toJS()).find(({ kind }) => kind === 'Deployment');
  return deployment.spec.template;
}
