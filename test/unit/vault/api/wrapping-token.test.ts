import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookupWrappingToken } from '../../../../src/vault/secret-id/lookup-wrapping-token.ts';
import { unwrapSecretId } from '../../../../src/vault/secret-id/unwrap-secret-id.ts';
import { json } from '../../../support/servers/answering-server.ts';
import { against } from '../../../support/vault/against.ts';
import {
  LOOKED_UP,
  SECRET_ID,
  UNWRAPPED,
  WRAPPING_TOKEN,
} from '../../../support/vault/vault-answers.ts';

const GONE = json({ errors: ['wrapping token is not valid or does not exist'] }, 400);

test('S23 a wrapping token is looked up in the body, without any token in the header', async () => {
  const made = await against(json(LOOKED_UP), (vault) =>
    lookupWrappingToken(vault, WRAPPING_TOKEN),
  );
  assert.deepEqual(
    [made.path, made.body, made.token],
    ['/v1/sys/wrapping/lookup', { token: WRAPPING_TOKEN.reveal() }, undefined],
  );
  assert.deepEqual(made.result, {
    kind: 'found',
    creationPath: 'auth/approle/role/web/secret-id',
    creationTtlSeconds: 60,
  });
});

test('S23 a Vault before 0.8 tells no creation path', async () => {
  const answer = json({ data: { creation_ttl: 60 } });
  const { result } = await against(answer, (vault) => lookupWrappingToken(vault, WRAPPING_TOKEN));
  assert.deepEqual(result, { kind: 'found', creationPath: undefined, creationTtlSeconds: 60 });
});

test('S23 a used-up, expired or false wrapping token is an outcome of its own, not an error', async () => {
  const lookup = await against(GONE, (vault) => lookupWrappingToken(vault, WRAPPING_TOKEN));
  const unwrap = await against(GONE, (vault) => unwrapSecretId(vault, WRAPPING_TOKEN));
  assert.deepEqual([lookup.result.kind, unwrap.result.kind], ['gone', 'gone']);
});

test('a wrapping token is used up for its secret_id', async () => {
  const made = await against(json(UNWRAPPED), (vault) => unwrapSecretId(vault, WRAPPING_TOKEN));
  assert.deepEqual(
    [made.path, made.token, made.body],
    ['/v1/sys/wrapping/unwrap', WRAPPING_TOKEN.reveal(), undefined],
  );
  assert.ok(made.result.kind === 'unwrapped');
  assert.equal(made.result.secretId.reveal(), SECRET_ID.reveal());
  assert.equal(made.result.accessor, UNWRAPPED.data.secret_id_accessor);
});
