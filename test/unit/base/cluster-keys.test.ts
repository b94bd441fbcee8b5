import assert from 'node:assert/strict';
import test from 'node:test';
import { ClusterKeysError, parseClusterKeys } from '../../../src/base/cluster-keys.ts';

const ONE = Buffer.alloc(32, 1).toString('base64');
const TWO = Buffer.alloc(32, 2).toString('base64');

test('each line of the key file is a key, the first the one to use', () => {
  const keys = parseClusterKeys(`${ONE}\n\n  ${TWO}\r\n`);
  assert.deepEqual(
    keys.map((key) => key.export().toString('base64')),
    [ONE, TWO],
  );
});

const WRONG: readonly (readonly [what: string, text: string, words: RegExp])[] = [
  ['nothing', '\n \n', /no key/],
  ['a key of 16 bytes', Buffer.alloc(16).toString('base64'), /line 1 .* 32 bytes/],
  ['a key of 33 bytes', `${ONE}\n${Buffer.alloc(33).toString('base64')}`, /line 2 /],
  ['what is not base64', `${ONE}\n\n${TWO.replace('A', '*')}`, /line 3 /],
  ['a passphrase', 'correct horse battery staple', /line 1 /],
];

for (const [what, text, words] of WRONG) {
  test(`a key file with ${what} is refused, without telling what is in it`, () => {
    assert.throws(
      () => parseClusterKeys(text),
      (error) =>
        error instanceof ClusterKeysError &&
        words.test(error.message) &&
        !text
          .split('\n')
          .filter((line) => line.length > 4)
          .some((line) => error.message.includes(line)),
    );
  });
}
