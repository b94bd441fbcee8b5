import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inKubernetes } from '../../support/config/config-text.ts';
import { problemsOf } from '../../support/config/load.ts';

function isTaken(selector: string): boolean {
  return problemsOf(inKubernetes(`podSelector: ${JSON.stringify(selector)}`)).length === 0;
}

const GOOD = [
  'app=web',
  'app==web',
  'app!=web',
  'app = web , tier != test',
  'app=',
  'app',
  '!app',
  '! app',
  'example.com/app=web',
  'a.b-c.example/My_App.x=V_1.x',
  'env in (a, b)',
  'env in (a,b),tier notin (x)',
  'env in ()',
  'env notin (a,)',
  'replicas>3',
  'replicas < 5',
  'x'.repeat(63),
  `${'x'.repeat(253)}/a`,
];
const BAD = [
  ',',
  'app=web,',
  'app web',
  'app=a b',
  'app=-a',
  'app=>b',
  '-app=web',
  'app in a, b',
  'app in (a, b',
  'app in a, b)',
  'app IN (a)',
  'app=web;tier=x',
  'app~web',
  'Example.com/app=web',
  '/app=web',
  'a/b/c=d',
  'replicas>many',
  'x'.repeat(64),
  `app=${'x'.repeat(64)}`,
  `${'x'.repeat(254)}/a`,
];

for (const selector of GOOD) {
  test(`takes the selector ${selector.slice(0, 70)}`, () => assert.ok(isTaken(selector)));
}
for (const selector of BAD) {
  test(`refuses the selector ${selector.slice(0, 70)}`, () => assert.ok(!isTaken(selector)));
}
