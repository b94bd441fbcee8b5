import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMountPath } from '../../../src/wire/mount-path.ts';

for (const [text, mount] of [
  ['approle', 'approle'],
  ['/approle/', 'approle'],
  ['team-a/approle', 'team-a/approle'],
  ['k8s.prod_1', 'k8s.prod_1'],
] as const) {
  test(`the mount path ${JSON.stringify(text)} is ${mount}`, () => {
    assert.equal(parseMountPath(text), mount);
  });
}

for (const text of [
  '',
  '/',
  '..',
  '../sys',
  'a/../b',
  'a//b',
  './a',
  'a b',
  'a?b',
  'a#b',
  'a%2fb',
  'ä',
  'a\n',
]) {
  test(`S23 ${JSON.stringify(text)} is no mount path`, () => {
    assert.equal(parseMountPath(text), undefined);
  });
}
