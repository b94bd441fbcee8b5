import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { listedMetrics } from '../../../tools/docs/metrics-table.ts';
import { type Installation, startInstallation } from '../../support/installation/installation.ts';
import { type Prometheus, promtool, startPrometheus } from '../../support/real/prometheus.ts';
import { createTestCa } from '../../support/real/test-ca.ts';
import {
  ALERTS_TEST,
  dashboardExpressions,
  monitoringFile,
} from '../../support/telemetry/monitoring-files.ts';
import { readSamples } from '../../support/telemetry/read-metrics.ts';
import { type Scraper, scrape } from '../../support/telemetry/scrape.ts';
import { until } from '../../support/until.ts';

const servers = await createTestCa('metrics');
const clients = await createTestCa('clients');

let home: Installation;
let prometheus: Prometheus;
let scraper: Scraper;

before(async () => {
  home = await startInstallation();
  await writeIdentity();
  write('clients.crt', clients.caPem);
  const [certFile, certKey] = [home.file('tls.crt'), home.file('tls.key')];
  const tls = { certFile, certKey, caCert: home.file('clients.crt') };
  const authorization = { rules: [{ approles: ['*'], namespaces: ['shop'] }] };
  await home.controller({ prometheus: { tls }, authorization });
  prometheus = await startPrometheus(await prometheusConfig());
});

after(async () => {
  await prometheus?.[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

async function writeIdentity(): Promise<void> {
  const { certPem, keyPem } = await servers.issue('kubernetes-vault', ['kubernetes-vault']);
  write('tls.crt', certPem);
  write('tls.key', keyPem);
}

function write(name: string, text: string): void {
  writeFileSync(home.file(`.${name}`), text, { mode: 0o600 });
  renameSync(home.file(`.${name}`), home.file(name));
}

/** As the guide shows it, and a job that has no client certificate. */
async function prometheusConfig(): Promise<object> {
  const { certPem: cert, keyPem: key } = await clients.issue('prometheus', ['prometheus']);
  scraper = { ca: servers.caPem, cert, key, servername: 'kubernetes-vault' };
  write('ca.crt', servers.caPem);
  write('client.crt', cert);
  write('client.key', key);
  const targets = [new URL(home.endpoints.secureMetrics).host];
  const common = { scheme: 'https', static_configs: [{ targets }] };
  const server = { ca_file: home.file('ca.crt'), server_name: 'kubernetes-vault' };
  const client = { cert_file: home.file('client.crt'), key_file: home.file('client.key') };
  return {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [monitoringFile('alerts.yaml')],
    scrape_configs: [
      { job_name: 'kubernetes-vault', ...common, tls_config: { ...server, ...client } },
      { job_name: 'stranger', ...common, tls_config: server },
    ],
  };
}

async function numberOf(expr: string): Promise<number | undefined> {
  return (await prometheus.query(expr))[0]?.value;
}

test('the alerts are rules that promtool accepts, and fire when they should, and not when they should not', async () => {
  await promtool('check', 'rules', monitoringFile('alerts.yaml'));
  await promtool('test', 'rules', ALERTS_TEST);
});

test('S34 a real Prometheus scrapes over https with its certificate, and without one it cannot', async () => {
  await until('it has scraped', () => numberOf('up{job="kubernetes-vault"} == 1'));
  await until('the stranger has tried', () =>
    prometheus.query('up{job="stranger"} == 0').then((found) => found.length === 1),
  );
  assert.equal(await numberOf('count by (version) (kubernetesvault_build_info)'), 1);
});

test('what is served is what the guide lists: names, types and labels', async () => {
  await (await home.pod()).served();
  const { text } = await scrape(home.endpoints.secureMetrics, scraper);
  const served = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]);
  const listed = listedMetrics();
  assert.deepEqual(
    served,
    listed.map(({ name, type }) => [name, type]),
  );
  for (const { name, labels } of readSamples(text)) {
    const metric = listed.find((one) => name.replace(/_(bucket|sum|count)$/, '') === one.name);
    const known = listed.find((one) => one.name === name) ?? metric;
    const wanted = [...(known?.labels ?? []), ...(name.endsWith('_bucket') ? ['le'] : [])];
    assert.deepEqual(Object.keys(labels).toSorted(), wanted.toSorted(), name);
  }
});

test('S16 a delivery shows in Prometheus: its time, its parts, and its role', async () => {
  await (await home.pod()).served();
  const count = 'kubernetesvault_delivery_duration_seconds_count > 0';
  await until('it is counted', () => numberOf(count));
  const steps = await prometheus.query('kubernetesvault_delivery_step_duration_seconds_count > 0');
  assert.deepEqual(steps.map(({ labels }) => labels['step'] ?? '').toSorted(), [
    'confirmed',
    'exchanged',
    'minted',
    'pushed',
    'seen',
  ]);
  for (const name of ['vault_secret_id_requests_total', 'server_secret_pushes_total']) {
    assert.ok(Number(await numberOf(`kubernetesvault_${name}{approle="web"}`)) > 0, name);
  }
  await home.pod({ role: 'made-up', environment: { TIMEOUT: '5s' } });
  const failures = 'kubernetesvault_vault_secret_id_requests_failures_total';
  await until('its mint has failed', () => numberOf(`${failures}{approle=""} > 0`));
  await until('it waits', () => numberOf('kubernetesvault_pods_waiting{reason=~"role-.*"} > 0'));
  assert.deepEqual(await prometheus.query('{approle="made-up"}'), []);
});

test('every panel asks what Prometheus understands, and every alert can be judged', async () => {
  const panels = dashboardExpressions().filter(({ name }) => !name.startsWith('$'));
  for (const { expr } of panels) await prometheus.query(expr);
  const unhealthy = (await prometheus.rules()).filter(({ health }) => health !== 'ok');
  assert.deepEqual(unhealthy, []);
});

test('S33 files that are replaced are used for the next connection, while Prometheus scrapes on', async () => {
  const url = home.endpoints.secureMetrics;
  const { serialNumber: old } = await scrape(url, scraper);
  await writeIdentity();
  await until('the new one is shown', async () => {
    const { serialNumber } = await scrape(url, scraper);
    return serialNumber !== old;
  });
  assert.equal(await numberOf('min_over_time(up{job="kubernetes-vault"}[1m])'), 1);
});
