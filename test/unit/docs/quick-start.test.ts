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

const objects = parseAllDocuments(readFileSync(deployFile('controller.yaml'), 'utf8')).map(
  (document) => document.toJS(),
);
const named = (kind: string) => objects.find((object) => object.kind === kind);

test("the controller's manifest says which ports its configuration opens, and probes its health", () => {
  const text: string = named('ConfigMap').data['kubernetes-vault.yml'];
  const settings = settingsOf(text, { VAULT_TOKEN: 't', KUBERNETES_NAMESPACE: 'default' });
  const [container]: [Container] = named('Deployment').spec.template.spec.containers;
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
