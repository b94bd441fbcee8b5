import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileGoRegex, compileWholeGoRegex } from '../../../src/config/values/go-regex.ts';

const MATCHES: readonly [source: string, name: string, matches: boolean][] = [
  ['prod', 'nonprod-x', true],
  ['PROD', 'my-prod', true],
  ['(?i)Prod', 'prod', true],
  ['^(staging|default)$', 'default', true],
  ['^(staging|default)$', 'default-2', false],
  ['^team\\-[a-z]+$', 'team-web', true],
  ['^[a\\-]+$', 'a-a', true],
  ['^a\\.b$', 'axb', false],
  ['^\\w+$', 'a1', true],
  ['^a{2,3}$', 'aaa', true],
  ['', 'anything', true],
];

for (const [source, name, matches] of MATCHES) {
  test(`~${source} ${matches ? 'matches' : 'does not match'} ${name}`, () => {
    const compiled = compileGoRegex(source);
    assert.ok(compiled.ok);
    assert.equal(compiled.regex.test(name), matches);
    assert.equal(compiled.regex.test(name), matches, 'it has no state');
  });
}

const REFUSED: readonly [source: string, reason: string][] = [
  ['[[:alpha:]]', 'POSIX classes such as [[:alpha:]] are not known here: write [a-z]'],
  ['^[a[:^digit:]]$', 'POSIX classes such as [[:alpha:]] are not known here: write [a-z]'],
  ['\\Aprod', '\\A is not known here: write ^'],
  ['prod\\z', '\\z is not known here: write $'],
  ['(?P<team>a)', '(?P<name>…) is not known here: write (…)'],
  ['a(?i)b', 'invalid group'],
  ['(?s)a', 'invalid group'],
  ['(', 'unterminated group'],
  ['a**', 'nothing to repeat'],
  ['[z-a]', 'range out of order in character class'],
  ['\\Qa.b\\E', 'invalid escape'],
  ['\\pL', 'invalid property name'],
  ['{', 'lone quantifier brackets'],
];

for (const [source, reason] of REFUSED) {
  test(`~${source} is refused: ${reason}`, () => {
    assert.deepEqual(compileGoRegex(source), { ok: false, reason });
  });
}

test('an escaped backslash before A is no \\A', () => {
  assert.ok(compileGoRegex('a\\\\A').ok);
});

test('S9 a regular expression for whole names matches no part of one, and knows its case', () => {
  const matches = (source: string, name: string) => {
    const compiled = compileWholeGoRegex(source);
    assert.ok(compiled.ok);
    return compiled.regex.test(name);
  };
  assert.equal(matches('prod', 'prod'), true);
  assert.equal(matches('prod', 'nonprod-x'), false);
  assert.equal(matches('a|b', 'b'), true);
  assert.equal(matches('a|b', 'ab'), false);
  assert.equal(matches('a|b', 'bx'), false);
  assert.equal(matches('Prod', 'prod'), false);
  assert.equal(matches('^prod$', 'prod'), true);
  assert.equal(matches('prod', 'prod\n'), false);
});

test('S9 one that would break out of its anchors is refused', () => {
  assert.equal(compileWholeGoRegex('a)|(b').ok, false);
  assert.equal(compileWholeGoRegex('(?i)a').ok, false);
});
