import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nearestName } from '../../../src/config/schema/nearest-name.ts';

const NAMES = ['addr', 'token', 'wrappingTTL', 'watchNamespace', 'serviceNamespace', 'tls'];

const NEAR: readonly [written: string, name: string | undefined][] = [
  ['adr', 'addr'],
  ['aaddr', 'addr'],
  ['adrd', 'addr'],
  ['ADDR', 'addr'],
  ['address', 'addr'],
  ['tokn', 'token'],
  ['wrapingTtl', 'wrappingTTL'],
  ['watchNamspace', 'watchNamespace'],
  ['namespace', 'watchNamespace'],
  ['tsl', 'tls'],
  ['ssl', undefined],
  ['x', undefined],
  ['', undefined],
  ['completelyDifferent', undefined],
];

for (const [written, name] of NEAR) {
  test(`"${written}" is nearest to ${name ?? 'none'}`, () => {
    assert.equal(nearestName(written, NAMES), name);
  });
}

test('a name is nearest to itself, and one wrong letter does not change that', () => {
  const anyName = fc.constantFrom(...NAMES);
  fc.assert(
    fc.property(anyName, fc.nat(), fc.constantFrom('z', ''), (name, position, letter) => {
      const at = position % name.length;
      const written = name.slice(0, at) + letter + name.slice(at + 1);
      assert.equal(nearestName(name, NAMES), name);
      assert.equal(nearestName(written, NAMES), name);
    }),
  );
});

test('any text is compared in bounded time', () => {
  assert.equal(nearestName('watchNamespace'.repeat(100_000), ['completely', 'else']), undefined);
});
