import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { describedValues } from '../../../tools/chart/values-file.ts';
import { valuesSchema } from '../../../tools/chart/values-schema.ts';

const ROOT = new URL('../../../', import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

const CHART = 'deploy/helm/kubernetes-vault';
const values = read(`${CHART}/values.yaml`);

test('the chart has the version of the program, and installs that version', () => {
  const { version } = JSON.parse(read('package.json'));
  const chart = parse(read(`${CHART}/Chart.yaml`));
  assert.deepEqual([chart.version, chart.appVersion], [version, version]);
});

test('the chart has the alerts and the dashboard that deploy/monitoring has (else copy them to its files/)', () => {
  for (const file of ['alerts.yaml', 'dashboard.json']) {
    assert.equal(read(`${CHART}/files/${file}`), read(`deploy/monitoring/${file}`), file);
  }
});

test('the schema of the values is that of today (else run tools/chart/write-values-schema.ts)', () => {
  const schema = JSON.parse(read(`${CHART}/values.schema.json`));
  assert.deepEqual(schema, JSON.parse(JSON.stringify(valuesSchema(values))));
});

test('every value has a comment that says what it is for', () => {
  const silent = describedValues(values).filter(({ comment }) => comment.length < 5);
  assert.deepEqual(
    silent.map(({ path }) => path.join('.')),
    [],
  );
});

test('every anchor of the pages that the values name exists', () => {
  const pages = [...values.matchAll(/(docs\/guide\/[a-z-]+\.md)(#([a-z-]+))?/g)];
  assert.notEqual(pages.length, 0);
  for (const [, page = '', , anchor] of pages) {
    const heading = new RegExp(`^#+ \`?${anchor ?? '.*'}\`?$`, 'im');
    assert.match(read(page), heading, `${page} ${anchor}`);
  }
});
