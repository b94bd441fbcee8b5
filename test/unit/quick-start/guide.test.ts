import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { HELP } from '../../../quick-start/command-line.ts';
import { CLUSTER_WIDE } from '../../../quick-start/plan/down.ts';
import { NAMESPACES } from '../../../quick-start/plan/names.ts';
import { withSteps } from '../../../tools/docs/quick-start-steps.ts';
import { ROOT } from './run-plan.ts';

const page = readFileSync(join(ROOT, 'docs/guide/quick-start.md'), 'utf8');

test('the guide has the commands of the program (else run tools/docs/quick-start.ts)', () => {
  assert.ok(withSteps(page) === page);
});

test('the guide removes by hand what the program removes', () => {
  const wide = new Set(CLUSTER_WIDE.map((name) => name.split('/')[1]));
  const names = [...wide].join(' ');
  assert.ok(page.includes(`kubectl delete clusterrolebindings,clusterroles ${names} `));
  assert.ok(page.includes(`kubectl delete namespaces ${NAMESPACES.join(' ')}\n`));
});

test('every option that the guide names is one of the program', () => {
  const own = page.matchAll(/(?:up|down|status)\b[^`\n]* (--[a-z-]+)|`(--[a-z-]+)/g);
  const named = [...own].map(([, one, other]) => one ?? other ?? '');
  assert.ok(named.length > 5, named.join(' '));
  for (const option of named) assert.ok(HELP.includes(`  ${option}`), option);
});
