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

for (const kind of ['plain', 'init-only'] as const) {
  test(`a pod that is ${kind} asks for no credential, and has no place for one`, () => {
    const { metadata, spec } = pod(kind);
    assert.equal(metadata.annotations, undefined);
    assert.deepEqual([spec.volumes, spec.containers[0]?.volumeMounts], [[], []]);
    assert.equal(spec.serviceAccountName, 'sample-app');
  });
}

test('of those without a credential, one kind has an init container, which ends at once', () => {
  assert.deepEqual(pod('plain').spec.initContainers, []);
  const [init, ...others] = pod('init-only').spec.initContainers;
  assert.deepEqual(others, []);
  assert.deepEqual(init?.command, ['/usr/bin/node', '--version']);
});

function sampleApp(): Template {
  const documents = parseAllDocuments(readFileSync(MANIFEST, 'utf8'));
  const deployment = documents.map((one) => one.toJS()).find(({ kind }) => kind === 'Deployment');
  return deployment.spec.template;
}
