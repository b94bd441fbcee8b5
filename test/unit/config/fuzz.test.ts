import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatProblems } from '../../../src/config/problem.ts';
import { documentedKeys } from '../../../src/config/schema/key-docs.ts';
import { SMALLEST_CONFIG } from '../../support/config/config-text.ts';
import { load } from '../../support/config/load.ts';

const RUNS = { numRuns: 2_000 };
const SCRAPS = [
  ...documentedKeys().map(({ path }) => String(path.at(-1))),
  ...documentedKeys().map(({ doc }) => doc.example),
  ...['vault', 'kubernetes', 'authorization', 'rules', 'prometheus', 'tls', '<<', '__proto__'],
  ...[
    ': ',
    ':',
    '\n',
    '\n  ',
    '\n    ',
    '\n  - ',
    '- ',
    ', ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|\n',
    '>',
  ],
  ...[
    '&a ',
    '*a',
    '!!str ',
    '!x ',
    '# ',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '\t',
    '\r\n',
    '\u0000',
    '\uFEFF',
  ],
  ...[
    '$',
    '$$',
    '${',
    '}',
    '$VAULT_TOKEN',
    '$NO',
    '~',
    'null',
    'true',
    '0',
    '-1',
    '1e999',
    '~(',
    '~^a$',
  ],
];

/** Whatever the text: settings or problems, never an exception, and every problem can be pointed at. */
function check(text: string): void {
  const loaded = load(text);
  if (loaded.ok) return;
  assert.ok(loaded.problems.length > 0, 'there is a reason');
  const lines = text.split(/\r\n|\r|\n/).length;
  for (const { at, wrong, write } of loaded.problems) {
    assert.ok(at.line >= 1 && at.line <= lines, `line ${at.line} of ${lines}: ${wrong}`);
    assert.ok(Number.isInteger(at.column) && at.column >= 1, `column ${at.column}: ${wrong}`);
    assert.ok(wrong !== '' && write !== '');
  }
  const report = formatProblems('f', loaded.problems);
  assert.equal(report.split('\n').length, loaded.problems.length + 2, 'one line a problem');
  assert.doesNotMatch(report.replaceAll('\n', ''), /\p{Cc}/u);
}

test('any text is read or explained', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), RUNS);
});

test('any pile of what configurations are made of is read or explained', () => {
  const pile = fc.array(fc.constantFrom(...SCRAPS), { maxLength: 40 });
  fc.assert(
    fc.property(pile, (scraps) => check(scraps.join(''))),
    RUNS,
  );
});

test('a configuration with a piece replaced by another is read or explained', () => {
  const cut = fc.nat({ max: SMALLEST_CONFIG.length });
  fc.assert(
    fc.property(cut, fc.nat({ max: 20 }), fc.constantFrom(...SCRAPS), (start, length, scrap) => {
      check(SMALLEST_CONFIG.slice(0, start) + scrap + SMALLEST_CONFIG.slice(start + length));
    }),
    RUNS,
  );
});

test('any value at any key is read or explained', () => {
  const scrap = fc.constantFrom(...SCRAPS.filter((text) => !text.includes('\n')));
  const value = fc.oneof(fc.string({ maxLength: 30 }), scrap).map((text) => JSON.stringify(text));
  const key = fc.constantFrom(...documentedKeys().map(({ path }) => path));
  fc.assert(
    fc.property(key, fc.oneof(value, scrap), (path, text) => {
      const nested = path.reduceRight<string>(
        (inner, step) => (typeof step === 'number' ? `[${inner}]` : `{"${step}": ${inner}}`),
        text,
      );
      check(nested);
    }),
    RUNS,
  );
});
