import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { settingsOf } from '../../support/config/load.ts';
import { deployFile } from '../../support/real/deploy-file.ts';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
interface Container {
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

const text = (name: string) => readFileSync(deployFile(name), 'utf8');
const deployment = parseAllDocuments(text('base/controller.yaml'))
  .map((document) => document.toJS())
  .find(({ kind }) => kind === 'Deployment');

const environment = { KUBERNETES_NAMESPACE: 'kubernetes-vault' };
const files = { '/var/run/secrets/kubernetes-vault/token': 'token' };

for (const folder of ['base', 'quick-start']) {
  test(`the controller's manifest says which ports the configuration of ${folder} opens, and probes its health`, () => {
    const settings = settingsOf(text(`${folder}/kubernetes-vault.yml`), environment, files);
    const [container]: [Container] = deployment.spec.template.spec.containers;
    assert.deepEqual(
      container.ports.map(({ name, containerPort }) => [name, containerPort]),
      [
        ['metrics', settings.prometheus.port],
        ['health', settings.health.port],
        ['peer', settings.peerPort],
      ],
    );
    assert.ok(settings.prometheus.port > 1_023, 'a lower port takes a capability');
    assert.deepEqual(container.livenessProbe.httpGet, { path: '/healthz', port: 'health' });
    assert.deepEqual(container.readinessProbe.httpGet, { path: '/readyz', port: 'health' });
  });
}
