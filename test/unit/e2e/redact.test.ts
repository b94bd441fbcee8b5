import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redact } from '../../../e2e/support/redact.ts';

const credentials = {
  'a token of Vault': ['got hvs.CAESIJ0a1b2c3d4e5f6g7h8i9j0 today', 'got [hidden] today'],
  'a token of OpenBao': ['s.aB3dE6gH9jK2mN5pQ8sT1vW4.', '[hidden].'],
  'a service account token': ['x eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln_-w y', 'x [hidden] y'],
  'a header': ['Authorization: Bearer abc', 'Authorization: Bearer [hidden]'],
  'what a Vault for development says': [
    'Unseal Key: wBzX+q=\nRoot Token: root\n',
    'Unseal Key: [hidden]\nRoot Token: [hidden]\n',
  ],
  'a secret_id': [
    '{"secret_id":"84896a0c-1347-aa90-a4f6-aca8b7558780"}',
    '{"secret_id":"[hidden]"}',
  ],
  'an environment variable of a described pod': [
    '      VAULT_DEV_ROOT_TOKEN_ID:  root\n      PORT:  1',
    '      VAULT_DEV_ROOT_TOKEN_ID:  [hidden]\n      PORT:  1',
  ],
  'an option': ['-dev-root-token-id=root -dev', '-dev-root-token-id=[hidden] -dev'],
  'a private key': [
    'a\n-----BEGIN EC PRIVATE KEY-----\nMHcCAQ==\n-----END EC PRIVATE KEY-----\nb',
    'a\n[hidden]\nb',
  ],
} as const;

for (const [what, [text, expected]] of Object.entries(credentials)) {
  test(`a report hides ${what}`, () => {
    assert.equal(redact(text), expected);
  });
}

test('a report keeps what is no credential', () => {
  const text = 'Secret kubernetes-vault-token: 1 key; uid 84896a0c-1347-aa90-a4f6-aca8b7558780';
  assert.equal(redact(text), text);
});
