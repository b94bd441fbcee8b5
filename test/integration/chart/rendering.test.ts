import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { loadSettings } from '../../../src/config/load-settings.ts';
import type { Path } from '../../../src/config/problem.ts';
import { keyPath } from '../../../src/config/problem.ts';
import { documentedKeys } from '../../../src/config/schema/key-docs.ts';
import { VALUE_RULES } from '../../../tools/chart/value-rules.ts';
import { describedValues } from '../../../tools/chart/values-file.ts';
import { CHART, helmSucceeds } from '../../support/chart/helm.ts';
import { mountedFiles } from '../../support/chart/mounted-files.ts';
import {
  configOf,
  configText,
  type KubeObject,
  renderedObjects,
  renderedText,
  theOnly,
  VALUES_FILES,
} from '../../support/chart/rendered-chart.ts';
import { monitoringFile } from '../../support/telemetry/monitoring-files.ts';

const ENVIRONMENT = {
  KUBERNETES_NAMESPACE: 'kubernetes-vault',
  POD_IP: '10.0.0.7',
  VAULT_ADDR: 'https://vault.vault:8200',
  VAULT_TOKEN: 'hvs.of-the-environment',
};
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

for (const [name, file] of VALUES_FILES) {
  test(`values ${name}: helm lint --strict finds nothing`, async () => {
    const said = await helmSucceeds('lint', '--strict', CHART, '--values', file);
    assert.doesNotMatch(said, /WARNING|ERROR|Fail/);
  });

  test(`values ${name}: what is rendered is the golden file (UPDATE_GOLDEN=1 writes it)`, async () => {
    const golden = new URL(`golden/${name}.yaml`, import.meta.url);
    const text = goldenPart(await renderedText(name));
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text);
    assert.ok(existsSync(golden), `there is no ${golden.pathname}`);
    assert.equal(text, readFileSync(golden, 'utf8'));
  });

  test(`values ${name}: the controllers and the doctor find their configuration right, and its files mounted`, async () => {
    const objects = await renderedObjects(name);
    const pods = [theOnly('Deployment', objects).spec.template.spec, theOnly('Pod', objects).spec];
    for (const pod of pods) {
      const loaded = loadSettings(configText(objects), ENVIRONMENT, mountedFiles(pod));
      assert.deepEqual(loaded.ok ? [] : loaded.problems, []);
    }
  });
}

/** Without the version, and without what is a copy of deploy/monitoring. */
function goldenPart(text: string): string {
  const documents = text.split(/^---$/m);
  const copies = /^# Source: .*\/(prometheusrule|dashboard)\.yaml$/m;
  const own = documents.filter((document) => !copies.test(document));
  return own.join('---').replaceAll(version, 'VERSION');
}

test('every key of the configuration can be set by values', async () => {
  const names = [...VALUES_FILES.keys()];
  const configs = await Promise.all(
    names.map(async (name) => configOf(await renderedObjects(name))),
  );
  const missing = documentedKeys().filter(
    ({ path }) => !configs.some((config) => has(config, path)),
  );
  assert.deepEqual(
    missing.map(({ path }) => keyPath(path)),
    [],
  );
});

function valueIn(object: KubeObject, path: Path): unknown {
  return path.reduce((at, step) => at?.[step], object);
}

function has(object: KubeObject, path: Path): boolean {
  return valueIn(object, path) !== undefined;
}

test('S9 without rules there is an empty list of them, by which every pod is refused', async () => {
  const config = configOf(await renderedObjects('token'));
  assert.deepEqual(config.authorization, { rules: [] });
});

test('another configuration is another set of pods, and the same one is not', async () => {
  const checksum = async (...args: string[]) => {
    const { template } = theOnly('Deployment', await renderedObjects('token', ...args)).spec;
    return template.metadata.annotations['checksum/config'];
  };
  const before = await checksum();
  assert.equal(await checksum('--set', 'logLevel=debug'), before);
  assert.notEqual(await checksum('--set', 'config.vault.wrappingTTL=2m'), before);
});

test('the alerts are those of deploy/monitoring, without those that are not wanted', async () => {
  const { spec, metadata } = theOnly('PrometheusRule', await renderedObjects('monitoring'));
  const unwanted = ['KubernetesVaultPodsRefused', 'KubernetesVaultWatchBroken'];
  const { groups } = parse(readFileSync(monitoringFile('alerts.yaml'), 'utf8'));
  for (const group of groups) {
    group.rules = group.rules.filter(({ alert }: KubeObject) => !unwanted.includes(alert));
  }
  assert.deepEqual(spec, { groups });
  assert.deepEqual([metadata.namespace, metadata.labels.release], ['monitoring', 'prometheus']);
});

test('the dashboard is that of deploy/monitoring, for the sidecar of Grafana', async () => {
  const objects = await renderedObjects('monitoring');
  const { data, metadata } = objects.find((object) => object.metadata.labels.sidecar === 'vault');
  const given = JSON.parse(readFileSync(monitoringFile('dashboard.json'), 'utf8'));
  assert.deepEqual(JSON.parse(data['kubernetes-vault.json']), given);
  const { namespace, annotations, labels } = metadata;
  assert.deepEqual([namespace, annotations], ['grafana', { grafana_folder: 'Security' }]);
  assert.ok(!('grafana_dashboard' in labels));
});

test('a cluster that does not know newer fields is sent none of them', async () => {
  const newer = /matchLabelKeys|unhealthyPodEvictionPolicy/g;
  const old = await renderedText('token', '--kube-version', '1.21.0');
  assert.deepEqual(old.match(newer), null);
  assert.equal((await renderedText('token')).match(newer)?.length, 3);
});

test('each value is set by some file of values, other than by default', async () => {
  const files = [...VALUES_FILES.values()].map((file) => parse(readFileSync(file, 'utf8')));
  const values = describedValues(readFileSync(`${CHART}/values.yaml`, 'utf8'));
  const leaves = values.filter(({ path, fallback }) => !isGroup(fallback) && !isWithinAType(path));
  const idle = leaves.filter(
    ({ path, fallback }) =>
      !files.some(
        (values) => has(values, path) && !isDeepStrictEqual(valueIn(values, path), fallback),
      ),
  );
  assert.deepEqual(
    idle.map(({ path }) => path.join('.')),
    [],
  );
});

function isGroup(fallback: unknown): boolean {
  return typeof fallback === 'object' && fallback !== null && Object.keys(fallback).length > 0;
}

/** What Kubernetes defines is passed on as a whole. */
function isWithinAType(path: readonly string[]): boolean {
  const above = path.slice(0, -1).map((_, at) => path.slice(0, at + 1).join('.'));
  return above.some((group) => VALUE_RULES[group]?.['type'] !== undefined);
}
