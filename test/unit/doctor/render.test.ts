import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { about, type Finding, hasFailed } from '../../../src/doctor/finding.ts';
import { headline } from '../../../src/doctor/render/headline.ts';
import { renderJson } from '../../../src/doctor/render/json.ts';
import { renderTable } from '../../../src/doctor/render/table.ts';

const OK = about('vault.sealed').ok('it is unsealed');
const WARNING = about('pods.waiting', 'shop/web').warning('it waits', 'look closer');
const FAILED = about('vault.role', 'web').failed('no such AppRole', 'make it');
const SKIPPED = about('vault.token').skipped('Vault cannot be asked');
const ALL: readonly Finding[] = [OK, WARNING, FAILED, SKIPPED];

test('a table has a line for each finding, and one for what to do', () => {
  assert.equal(
    renderTable(ALL, { headline: undefined, colours: false }),
    [
      '✓ vault.sealed           it is unsealed',
      '! pods.waiting shop/web  it waits',
      '                         → look closer',
      '✗ vault.role web         no such AppRole',
      '                         → make it',
      '– vault.token            Vault cannot be asked',
      '',
      '1 failed, 1 warning, 1 ok, 1 not looked at',
      '',
    ].join('\n'),
  );
});

test('a table has colours only where they are wanted, and says the same with them', () => {
  const render = (colours: boolean) => renderTable(ALL, { headline: 'shop/web: first', colours });
  const [plain, coloured] = [render(false), render(true)];
  assert.ok(coloured.includes('\u001b[31m✗'));
  assert.equal(stripVTControlCharacters(coloured), plain);
  assert.match(plain, /^shop\/web: first\n\n✓/);
});

const HEADLINES: readonly [what: string, readonly Finding[], headline: string][] = [
  ['what has failed first', ALL, 'a/b: vault.role web: no such AppRole\n  → make it'],
  [
    'else the first warning',
    [OK, WARNING],
    'a/b: nothing is wrong, but pods.waiting shop/web: it waits\n  → look closer',
  ],
  ['nothing, of a pod that is served', [OK], 'a/b: nothing is wrong'],
  [
    'nothing but the controller, of a pod that waits',
    [OK, about('pod.port').ok('ours')],
    'a/b: nothing is wrong; if it waits all the same, look whether the controller runs, and at its log',
  ],
  [
    'nothing but the log, of a pod that waits while somebody acts',
    [OK, about('kubernetes.election').ok('kv-1 leads'), about('pod.port').ok('ours')],
    'a/b: nothing is wrong; if it waits all the same, look at the log of the controller that leads',
  ],
];

for (const [what, findings, wanted] of HEADLINES) {
  test(`the headline is ${what}`, () => {
    assert.equal(headline('a/b', findings), wanted);
  });
}

test('a program reads the same as JSON', () => {
  assert.deepEqual(JSON.parse(renderJson(ALL)), {
    ok: false,
    counts: { ok: 1, warning: 1, failed: 1, skipped: 1 },
    findings: ALL,
  });
  assert.equal(hasFailed([OK, WARNING, SKIPPED]), false);
});
