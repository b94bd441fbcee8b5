import assert from 'node:assert/strict';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { type KubeObject, theOnly } from '../../support/chart/rendered-chart.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { monitoringFile } from '../../support/telemetry/monitoring-files.ts';
import { DEPLOY, kubectl } from './kubectl.ts';

/** The base with the component, as an overlay of somebody's own has it. */
async function monitored(): Promise<KubeObject[]> {
  const folder = new ScratchFolder('monitored');
  const from = (name: string) => relative(realpathSync(folder.path), join(DEPLOY, name));
  const overlay = { resources: [from('base')], components: [from('monitoring')] };
  writeFileSync(folder.file('kustomization.yaml'), JSON.stringify(overlay));
  const { stdout } = await kubectl(['kustomize', folder.path], {});
  folder.remove();
  return parseAllDocuments(stdout).map((document) => document.toJS() as KubeObject);
}

test('the component for the Prometheus Operator has the alerts, the dashboard, and the metrics port', async () => {
  const objects = await monitored();
  const alerts = parse(readFileSync(monitoringFile('alerts.yaml'), 'utf8'));
  assert.deepEqual(theOnly('PrometheusRule', objects).spec, alerts);
  const [endpoint] = theOnly('ServiceMonitor', objects).spec.endpoints;
  const ports = theOnly('Service', objects).spec.ports.map(({ name }: KubeObject) => name);
  assert.ok(ports.includes(endpoint.port));
  const { metadata, data } = objects.find(({ metadata }) => metadata.name.endsWith('-dashboard'));
  assert.equal(data['dashboard.json'], readFileSync(monitoringFile('dashboard.json'), 'utf8'));
  assert.equal(metadata.labels.grafana_dashboard, '1');
});
