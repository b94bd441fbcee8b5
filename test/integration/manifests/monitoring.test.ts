import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { type KubeObject, theOnly } from '../../support/chart/rendered-chart.ts';
import { monitoringFile } from '../../support/telemetry/monitoring-files.ts';
import { composed } from './composed.ts';

test('the component for the Prometheus Operator has the alerts, the dashboard, and the metrics port', async () => {
  const objects = await composed('monitoring');
  const alerts = parse(readFileSync(monitoringFile('alerts.yaml'), 'utf8'));
  assert.deepEqual(theOnly('PrometheusRule', objects).spec, alerts);
  const [endpoint] = theOnly('ServiceMonitor', objects).spec.endpoints;
  const ports = theOnly('Service', objects).spec.ports.map(({ name }: KubeObject) => name);
  assert.ok(ports.includes(endpoint.port));
  const { metadata, data } = objects.find(({ metadata }) => metadata.name.endsWith('-dashboard'));
  assert.equal(data['dashboard.json'], readFileSync(monitoringFile('dashboard.json'), 'utf8'));
  assert.equal(metadata.labels.grafana_dashboard, '1');
});
