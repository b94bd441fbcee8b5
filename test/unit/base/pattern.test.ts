import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileGlob } from '../../../src/base/pattern.ts';

const GLOBS: readonly [glob: string, name: string, matches: boolean][] = [
  ['web', 'web', true],
  ['web', 'web-1', false],
  ['web', 'my-web', false],
  ['web', 'Web', false],
  ['web-*', 'web-', true],
  ['web-*', 'web-shop-1', true],
  ['web-*', 'my-web-1', false],
  ['*', '', true],
  ['*', 'anything', true],
  ['**', 'anything', true],
  ['web-?', 'web-1', true],
  ['web-?', 'web-', false],
  ['web-?', 'web-12', false],
  ['a.b', 'axb', false],
  ['a.b', 'a.b', true],
  ['(a|b)', 'a', false],
  ['[ab]', 'a', false],
  ['a', 'a\n', false],
];

for (const [glob, name, matches] of GLOBS) {
  test(`S9 the glob ${JSON.stringify(glob)} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(name)}`, () => {
    assert.equal(compileGlob(glob).matches.test(name), matches);
  });
}

test('S9 any text compiles, keeps its source and, without * and ?, matches itself alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (glob, name) => {
      const { source, matches } = compileGlob(glob);
      assert.equal(source, glob);
      if (!/[*?]/.test(glob)) {
        assert.equal(matches.test(glob), true);
        assert.equal(matches.test(name), name === glob);
      }
    }),
  );
});
