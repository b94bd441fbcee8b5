import assert from 'node:assert/strict';

/**
 * As `assert.ok`, for what is looked at millions of times: words are found only where it is not so.
 * @throws AssertionError
 */
export function hold(isSo: boolean, otherwise: () => string): asserts isSo {
  if (!isSo) assert.fail(otherwise());
}
