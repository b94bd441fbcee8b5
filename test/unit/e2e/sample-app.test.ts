import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGiven } from '../../../e2e/support/sample-app.ts';
import { describeCredential } from '../../../src/sample/describe-credential.ts';

test('what the sample app says is read back', () => {
  const token = { clientToken: 'not shown whole', accessor: 'a1', vaultAddr: 'http://vault:8200' };
  const files = new Map([['vault-token', JSON.stringify(token)]]);
  const { title, fields } = parseGiven(`${describeCredential((name) => files.get(name))}\n`);
  assert.equal(title, 'Found Vault token...');
  assert.equal(fields.get('Accessor'), 'a1');
  assert.equal(fields.get('Vault Address'), 'http://vault:8200');
});

test('a sample app that was given nothing is an error', () => {
  assert.throws(() => parseGiven('No credential in /x: none is there'), /No credential/);
});
