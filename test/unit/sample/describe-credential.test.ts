import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeCredential, NoCredentialError } from '../../../src/sample/describe-credential.ts';

const SECRET = 'hvs.CAESIIqGT8m7CA1Kz0RmC4XnTt6jV9oQ';
const FILES = {
  'vault-token': { clientToken: SECRET, accessor: 'acc-2', leaseDuration: 60, renewable: true },
  'vault-secret-id': { roleId: 'role-id', secretId: SECRET, accessor: 'acc-1' },
  'vault-wrapped-secret-id': { roleId: 'role-id', wrappedSecretId: SECRET, ttl: 60 },
};

function describe(files: Readonly<Record<string, string>>): string {
  return describeCredential((name) => files[name]);
}

for (const [name, fields] of Object.entries(FILES)) {
  test(`${name} is shown with all its fields, its secret by its beginning alone`, () => {
    const content = JSON.stringify({ ...fields, vaultAddr: 'https://vault:8200' });
    const shown = describe({ [name]: content });
    assert.match(shown, /^Found (?:wrapped )?Vault (?:token|secret_id)\.\.\.\n/);
    assert.match(shown, /hvs\.CA… \(36 characters\)/);
    assert.match(shown, /https:\/\/vault:8200/);
    assert.match(shown, /CA Bundle Exists: +false$/);
    assert.equal(shown.includes(SECRET.slice(0, 10)), false);
    for (const value of Object.values(fields)) {
      if (value !== SECRET) assert.ok(shown.includes(String(value)), String(value));
    }
  });
}

test('a short secret is not shown whole either', () => {
  const shown = describe({ 'vault-token': '{"clientToken":"root"}', 'ca.crt': '' });
  assert.match(shown, /Token: +r… \(4 characters\)/);
  assert.match(shown, /CA Bundle Exists: +true$/);
});

test('a field that is missing, or no text, is shown as JSON has it', () => {
  const shown = describe({ 'vault-token': '{"clientToken":"root","accessor":{"toString":1}}' });
  assert.match(shown, /\{"toString":1\}/);
  assert.match(shown, /null/);
});

test('no file, or one that is no JSON object, is an error that repeats nothing', () => {
  for (const files of [{}, { 'vault-token': `"${SECRET}` }, { 'vault-token': `"${SECRET}"` }]) {
    assert.throws(
      () => describe(files),
      (error) => error instanceof NoCredentialError && !error.message.includes('hvs'),
    );
  }
});
