import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import { type KubeErrorKind, refusalError } from '../../../src/kube/api/kube-error.ts';

const KINDS: ReadonlyArray<[number, KubeErrorKind, boolean]> = [
  [301, 'rejected', false],
  [400, 'rejected', false],
  [401, 'unauthorized', false],
  [403, 'forbidden', false],
  [404, 'notFound', false],
  [409, 'conflict', false],
  [410, 'gone', false],
  [422, 'rejected', false],
  [429, 'throttled', true],
  [500, 'server', true],
  [503, 'server', true],
  [504, 'server', true],
];

for (const [code, kind, retryable] of KINDS) {
  test(`an answer ${code} is ${kind}, ${retryable ? 'worth' : 'not worth'} asking again`, () => {
    const error = refusalError('list pods', { code, status: { message: 'the server’s words' } });
    assert.equal(error.kind, kind);
    assert.equal(error.retryable, retryable);
    assert.equal(error.message, `list pods: ${code} the server’s words`);
  });
}

const RETRY_AFTER: ReadonlyArray<[string | undefined, unknown, number]> = [
  ['7', undefined, 7_000],
  [undefined, { details: { retryAfterSeconds: 3 } }, 3_000],
  ['7', { details: { retryAfterSeconds: 3 } }, 7_000],
  ['86400', undefined, 120_000],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined, 0],
  ['-1', undefined, 0],
  [undefined, { details: { retryAfterSeconds: 'soon' } }, 0],
  [undefined, null, 0],
];

for (const [retryAfter, status, ms] of RETRY_AFTER) {
  test(`Retry-After ${retryAfter} and status ${JSON.stringify(status)} mean ${ms} ms`, () => {
    for (const code of [429, 503]) {
      const error = refusalError('list pods', { code, retryAfter, status });
      assert.ok(error.retryable);
      assert.equal(error.retryAfterMs, ms);
    }
  });
}

test('S18 the server’s words are fit for a log: no secret, no control character, not long', () => {
  const token = new Secret('a-bearer-token-of-the-test');
  const message = `bad token ${token.reveal()}\n\u001b[2J${'x'.repeat(1_000)}`;
  const { detail } = refusalError('list pods', { code: 401, status: { message } }, [token]);
  assert.match(detail, /^401 bad token \[secret\]\\x0a\\x1b\[2Jx+…$/);
  assert.ok(detail.length < 210);
});

test('a refusal of any shape is an error with some words', () => {
  for (const status of [undefined, null, 'text', [], {}, { message: 7 }, { message: '' }]) {
    assert.equal(refusalError('x', { code: 500, status }).detail, '500 no reason given');
  }
  assert.equal(refusalError('x', { code: 409, status: { reason: 'Busy' } }).detail, '409 Busy');
});
