import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ELLIPSIS, eventTexts } from '../../support/docs/event-texts.ts';
import { linesIn } from '../../support/docs/markdown.ts';
import { sources, spokenText } from '../../support/docs/source-text.ts';
import { alertExpressions } from '../../support/telemetry/monitoring-files.ts';

const page = readFileSync(
  new URL('../../../docs/guide/troubleshooting.md', import.meta.url),
  'utf8',
);
const quotes = linesIn(page, 'text');
const events = eventTexts();

function inSources(pattern: string, text: RegExp): string[] {
  const found = [...sources(pattern).values()].flatMap((source) => [...source.matchAll(text)]);
  return [...new Set(found.map(([, name = '']) => name))].toSorted();
}

/** The readiness checks are made where their types are imported. */
const checks = [...sources('src/**/*.ts').values()]
  .filter((source) => /from '.*\/health\/(?:seeing-)?check\.ts'/.test(source))
  .flatMap((source) => [...source.matchAll(/\bname: '([\w-]+)'/g)].map(([, name = '']) => name));

const FINDING = /'(config|pods|(?:kubernetes|vault|pods?)\.[a-z-]+)'/g;
const findings = inSources('src/{doctor/**/*,bin/command-line/doctor}.ts', FINDING);

test('the page has every Event that there can be, in its own words', () => {
  assert.ok(events.length > 25);
  assert.deepEqual(
    events.filter((event) => !quotes.includes(event)),
    [],
  );
});

test('the page quotes no Event that there cannot be', () => {
  const quoted = quotes.filter((quote) => /^(?:Normal|Warning) /.test(quote));
  assert.deepEqual(
    quoted.filter((quote) => !events.includes(quote)),
    [],
  );
});

test('the page speaks of every readiness check', () => {
  assert.deepEqual(checks.toSorted(), ['config', 'election', 'pods', 'vault-token']);
  assert.deepEqual(
    checks.filter((name) => !page.includes(`[+]${name} ok`) || !page.includes(`**${name}**`)),
    [],
  );
});

test('the page speaks of every finding of the doctor', () => {
  for (const known of ['config', 'kubernetes.rights', 'vault.role', 'pods.waiting', 'pod.port']) {
    assert.ok(findings.includes(known), known);
  }
  const [, table = ''] = page.split('## Findings of the doctor');
  assert.deepEqual(
    findings.filter((name) => !table.includes(`\`${name}\``)),
    [],
  );
});

test('the page speaks of every alert', () => {
  const alerts = alertExpressions().map(({ name }) => name);
  assert.deepEqual(
    alerts.filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});

const FINDING_LINE = /^[✓✗!–] (\S+)(?: \S+)? {2,}(.*)$/;
const CHECK_LINE = /^\[[+-]\]([\w-]+) (.*)$/;

/** What a quote says besides names of findings and checks. */
function saidIn(quote: string): string {
  const [, finding, reason] = FINDING_LINE.exec(quote) ?? [];
  if (finding !== undefined) {
    assert.ok(findings.includes(finding), `there is no finding ${finding}`);
    return reason ?? '';
  }
  const [, check, state] = CHECK_LINE.exec(quote) ?? [];
  if (check === undefined) return quote;
  assert.ok(checks.includes(check), `there is no check ${check}`);
  return (state ?? '').replace(/^failed: |^ok$/, '');
}

/** Where a program puts two texts together, or a text and what differs from case to case. */
const JOINTS = [
  ELLIPSIS,
  ': (?=[a-z])',
  '^[A-Z]+(?:_[A-Z]+)* (?=is |names )',
  '^it (?=is |does )',
  '^list (?=the )',
  '^the pod waits because ',
  '^the token of the controller ',
  '(?<=check )(?=passed)',
  '(?<=listen on )(?=port)',
  '(?<=takes connections, but )',
  '(?<=verify by )',
  '(?<=service account needs )',
  ' with (?=\\{)',
].join('|');

/** The parts of a quote that stand in the source as they are. */
function fixedParts(said: string): string[] {
  const parts = said.split(new RegExp(JOINTS, 'u'));
  return parts.map((part) => part.replace(/^[\s:;,)(]+|[\s:;,)(]+$/g, '')).filter(isTelling);
}

function isTelling(part: string): boolean {
  return /\w{2}/.test(part);
}

test('the page quotes nothing that the source does not say', () => {
  const spoken = spokenText();
  const others = quotes.filter((quote) => !/^(?:Normal|Warning) /.test(quote));
  assert.ok(others.length > 60);
  const gone = others.flatMap((quote) =>
    fixedParts(saidIn(quote))
      .filter((part) => !spoken.includes(part.toLowerCase()))
      .map((part) => `${quote}\n   nobody says: ${part}`),
  );
  assert.deepEqual(gone, []);
});
