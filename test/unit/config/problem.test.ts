import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblems, keyPath, type Problem } from '../../../src/config/problem.ts';

function aProblem(line: number, column: number, key: string): Problem {
  return { at: { line, column }, key, wrong: 'is wrong', write: 'write it right' };
}

test('problems print one a line in the order of the file, with a count at the end', () => {
  const problems = [aProblem(7, 3, 'vault.token'), aProblem(1, 1, ''), aProblem(7, 1, 'vault')];
  assert.equal(
    formatProblems('kv.yml', problems),
    [
      'kv.yml:1:1: is wrong; write it right',
      'kv.yml:7:1: vault: is wrong; write it right',
      'kv.yml:7:3: vault.token: is wrong; write it right',
      'kv.yml: 3 problems; nothing was started',
      '',
    ].join('\n'),
  );
  assert.match(formatProblems('kv.yml', [aProblem(1, 1, 'a')]), /: 1 problem; nothing/);
});

test('a key path is written as people write it', () => {
  assert.equal(keyPath([]), '');
  assert.equal(keyPath(['vault', 'tls', 'caCert']), 'vault.tls.caCert');
  assert.equal(
    keyPath(['authorization', 'rules', 0, 'approles', 12]),
    'authorization.rules[0].approles[12]',
  );
});
