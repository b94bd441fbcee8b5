import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sanitize } from '../../../src/base/sanitize.ts';
import { Secret } from '../../../src/base/secret.ts';

const SECRET = new Secret('hvs.CAESI/secret+of=the test');

const FORMS: readonly [how: string, of: (plain: string) => string][] = [
  ['as it is', (plain) => plain],
  ['in JSON', (plain) => JSON.stringify({ token: plain })],
  ['in base64', (plain) => Buffer.from(plain).toString('base64')],
  ['in base64url', (plain) => Buffer.from(plain).toString('base64url')],
  ['URL-encoded', (plain) => encodeURIComponent(plain)],
  ['in hex', (plain) => Buffer.from(plain).toString('hex')],
];

for (const [how, of] of FORMS) {
  test(`S18 a secret ${how} is replaced`, () => {
    const text = sanitize(`before ${of(SECRET.reveal())} after`, [SECRET]);
    assert.match(text, /^before .*\[secret\].* after$/);
    assert.ok(!text.includes(of(SECRET.reveal()).slice(4, 12)));
  });
}

test('S18 whatever comes in, what comes out is one short line of whole characters', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', size: 'max', maxLength: 400 }),
    fc.integer({ min: 150, max: 250 }).map((length) => `${'a'.repeat(length)}😀😀`),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const clean = sanitize(text, [SECRET]);
      assert.ok(clean.length <= 200);
      assert.doesNotMatch(clean, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
    { numRuns: 1_000 },
  );
});

test('S18 a short text without anything in it stays as it is', () => {
  assert.equal(sanitize('HTTP 404: no such role "größe"'), 'HTTP 404: no such role "größe"');
});
