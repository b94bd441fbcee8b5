import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loginAppRole } from '../../../../src/vault/login/login-app-role.ts';
import { loginKubernetes } from '../../../../src/vault/login/login-kubernetes.ts';
import { json } from '../../../support/servers/answering-server.ts';
import { against } from '../../../support/vault/against.ts';
import {
  LOGGED_IN,
  LOGIN,
  SECRET_ID,
  SERVICE_ACCOUNT,
} from '../../../support/vault/vault-answers.ts';

test('role_id and secret_id log in to a client token', async () => {
  const made = await against(json(LOGGED_IN), (vault) => loginAppRole(vault, LOGIN));
  assert.deepEqual(
    [made.path, made.body, made.token],
    ['/v1/auth/approle/login', { role_id: 'role-id', secret_id: SECRET_ID.reveal() }, undefined],
  );
  assert.equal(made.result.token.reveal(), LOGGED_IN.auth.client_token);
  assert.deepEqual(
    { ...made.result, token: undefined },
    {
      token: undefined,
      accessor: LOGGED_IN.auth.accessor,
      leaseDurationSeconds: 2_764_800,
      renewable: true,
    },
  );
});

test('a batch token has no accessor', async () => {
  const auth = { ...LOGGED_IN.auth, accessor: '' };
  const { result } = await against(json({ auth }), (vault) => loginAppRole(vault, LOGIN));
  assert.equal(result.accessor, '');
});

test('the token of a service account logs in to a client token', async () => {
  const made = await against(json(LOGGED_IN), (vault) => loginKubernetes(vault, SERVICE_ACCOUNT));
  assert.deepEqual(
    [made.path, made.body, made.token],
    [
      '/v1/auth/cluster/a/login',
      { role: 'kubernetes-vault', jwt: SERVICE_ACCOUNT.jwt.reveal() },
      undefined,
    ],
  );
  assert.equal(made.result.token.reveal(), LOGGED_IN.auth.client_token);
});
