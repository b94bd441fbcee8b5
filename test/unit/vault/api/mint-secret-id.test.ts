import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isVaultError } from '../../../../src/vault/client/vault-error.ts';
import { destroySecretId } from '../../../../src/vault/secret-id/destroy-secret-id.ts';
import { mintSecretId } from '../../../../src/vault/secret-id/mint-secret-id.ts';
import { json } from '../../../support/servers/answering-server.ts';
import { against } from '../../../support/vault/against.ts';
import {
  MINT,
  MINTED,
  OWN_TOKEN,
  ROLE,
  WRAPPING_TOKEN,
} from '../../../support/vault/vault-answers.ts';

test('a secret_id is minted wrapped, and told by its accessor', async () => {
  const made = await against(json(MINTED), (vault) => mintSecretId(vault, MINT));
  assert.deepEqual(
    [made.method, made.path, made.body, made.headers['x-vault-wrap-ttl'], made.token],
    ['POST', '/v1/auth/approle/role/web/secret-id', {}, '60s', OWN_TOKEN.reveal()],
  );
  assert.equal(made.result.token.reveal(), WRAPPING_TOKEN.reveal());
  assert.deepEqual(
    { ...made.result, token: undefined },
    {
      token: undefined,
      accessor: MINTED.wrap_info.wrapped_accessor,
      creationTime: MINTED.wrap_info.creation_time,
      ttlSeconds: 60,
      creationPath: 'auth/approle/role/web/secret-id',
    },
  );
});

test('metadata and bound addresses are sent only where they are given', async () => {
  const extras = {
    metadata: { kv_namespace: 'shop' },
    cidrList: ['10.0.0.1/32'],
    tokenBoundCidrs: ['fd00::1/128'],
  };
  const { body } = await against(json(MINTED), (vault) =>
    mintSecretId(vault, { ...MINT, ...extras }),
  );
  assert.deepEqual(body, {
    metadata: '{"kv_namespace":"shop"}',
    cidr_list: ['10.0.0.1/32'],
    token_bound_cidrs: ['fd00::1/128'],
  });
});

test('a Vault of old that tells neither accessor nor creation path mints too', async () => {
  const { wrapped_accessor: _1, creation_path: _2, ...old } = MINTED.wrap_info;
  const { result } = await against(json({ wrap_info: old }), (vault) => mintSecretId(vault, MINT));
  assert.deepEqual([result.accessor, result.creationPath], [undefined, undefined]);
});

test('a secret_id that nobody has seen is destroyed by its accessor', async () => {
  const minted = { mount: 'team/approle', role: ROLE, accessor: 'e8563b9e' };
  const made = await against({ status: 204 }, (vault) => destroySecretId(vault, minted));
  assert.equal(made.path, '/v1/auth/team/approle/role/web/secret-id-accessor/destroy');
  assert.deepEqual(made.body, { secret_id_accessor: 'e8563b9e' });
});

test('a secret_id that is gone already counts as destroyed, on OpenBao and on Vault', async () => {
  const words = 'failed to find accessor entry for secret_id_accessor: "e8563b9e"';
  const minted = { mount: 'approle', role: ROLE, accessor: 'e8563b9e' };
  for (const status of [404, 500]) {
    await against(json({ errors: [words] }, status), (vault) => destroySecretId(vault, minted));
  }
  await assert.rejects(
    against(json({ errors: ['disk full'] }, 500), (vault) => destroySecretId(vault, minted)),
    isVaultError,
  );
});
