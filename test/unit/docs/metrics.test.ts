import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { listedMetrics, withMetricsTable } from '../../../tools/docs/metrics-table.ts';
import {
  ALERTS_TEST,
  alertExpressions,
  dashboard,
  dashboardExpressions,
  type Expression,
} from '../../support/telemetry/monitoring-files.ts';

const page = readFileSync(new URL('../../../docs/guide/metrics.md', import.meta.url), 'utf8');
const metrics = listedMetrics();

test('the guide lists the metrics that there are (else run tools/docs/metrics.ts)', () => {
  assert.equal(withMetricsTable(page), page);
});

/** Those of the Go program of the same name: dashboards and alerts rely on them. */
const ORIGINAL: readonly string[] = [
  'kubernetes_discovered_nodes_total gauge',
  'vault_secret_id_requests_total counter approle',
  'vault_secret_id_requests_failures_total counter approle',
  'vault_token_renewal_requests_total counter',
  'vault_token_renewal_request_failures_total counter',
  'vault_certificate_renewal_requests_total counter',
  'vault_certificate_renewal_request_failures_total counter',
  'raft_leader_changes_seen_total counter',
  'raft_nodes_total gauge',
  'gossip_nodes_joined_total counter node',
  'gossip_nodes_left_total counter node',
  'gossip_nodes_failed_total counter node',
  'gossip_nodes_reaped_total counter node',
  'server_secret_pushes_total counter approle',
  'server_secret_push_failures_total counter approle',
];

test('the metrics of the original are there, with their names, types and labels', () => {
  const all = metrics.map(({ name, type, labels }) => [name, type, ...labels].join(' '));
  const missing = ORIGINAL.filter((one) => !all.includes(`kubernetesvault_${one}`));
  assert.deepEqual(missing, []);
});

test('every name is that of one metric, and as Prometheus wants names', () => {
  const names = metrics.map(({ name }) => name);
  assert.deepEqual([...new Set(names)], names);
  for (const name of names) assert.match(name, /^(kubernetesvault|process)_[a-z_]+$/);
});

const METRIC_NAME = /\b(?:kubernetesvault|process)_\w+/g;
const SELECTOR = /\b((?:kubernetesvault|process)_\w+)\{([^}]*)\}/g;
const GROUPING = /\b(?:by|on) \(([^)]*)\)/g;
/** Prometheus adds these itself. */
const SCRAPED_LABELS = ['job', 'instance'];

function seriesOf({ name, type }: (typeof metrics)[number]): string[] {
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
}

for (const [what, expressions] of [
  ['alert', alertExpressions()],
  ['panel', dashboardExpressions()],
] as const) {
  test(`every ${what} asks for metrics and labels that there are`, () => {
    assert.ok(expressions.length > 5);
    for (const expression of expressions) assert.deepEqual(unknownIn(expression), []);
  });
}

function unknownIn({ name, expr }: Expression): string[] {
  const known = new Set(metrics.flatMap(seriesOf));
  const used = expr.match(METRIC_NAME) ?? [];
  const unknown = used.filter((one) => !known.has(one));
  const labels = new Set([...SCRAPED_LABELS, 'le', ...metrics.flatMap((one) => one.labels)]);
  const named = [
    ...[...expr.matchAll(SELECTOR)].flatMap(
      ([, , inside = '']) => inside.match(/\w+(?=[=!])/g) ?? [],
    ),
    ...[...expr.matchAll(GROUPING)].flatMap(([, inside = '']) => inside.split(/, ?/)),
  ];
  const foreign = named.filter((label) => !labels.has(label));
  return [...unknown, ...foreign, ...(used.length === 0 ? [`no metric in ${expr}`] : [])].map(
    (wrong) => `${name}: ${wrong}`,
  );
}

test('the panels have ids of their own, and none lies upon another', () => {
  const { panels } = dashboard();
  const ids = panels.map(({ id }) => id);
  assert.deepEqual([...new Set(ids)], ids);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
  );
  assert.equal(new Set(cells).size, cells.length);
  assert.ok(panels.every(({ gridPos: { x, w } }) => x + w <= 24));
});

interface AlertsTest {
  readonly tests: readonly {
    readonly alert_rule_test: readonly { alertname: string; exp_alerts?: readonly object[] }[];
  }[];
}

test('every alert is shown to fire, and not to fire', () => {
  const { tests } = parse(readFileSync(ALERTS_TEST, 'utf8')) as AlertsTest;
  const cases = tests.flatMap((one) => one.alert_rule_test);
  const fires = cases.filter(({ exp_alerts: alerts = [] }) => alerts.length > 0);
  const rests = cases.filter(({ exp_alerts: alerts = [] }) => alerts.length === 0);
  const names = (some: typeof cases) => [...new Set(some.map((one) => one.alertname))].toSorted();
  const alerts = alertExpressions()
    .map(({ name }) => name)
    .toSorted();
  assert.deepEqual(names(fires), alerts);
  assert.deepEqual(names(rests), alerts);
});
