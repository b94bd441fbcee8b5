import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../../src/base/clock.ts';
import { createVaultClient, type VaultClient } from '../../../../src/vault/client/vault-client.ts';
import { isVaultError } from '../../../../src/vault/client/vault-error.ts';
import { loginAppRole } from '../../../../src/vault/login/login-app-role.ts';
import { loginKubernetes } from '../../../../src/vault/login/login-kubernetes.ts';
import { lookupWrappingToken } from '../../../../src/vault/secret-id/lookup-wrapping-token.ts';
import { mintSecretId } from '../../../../src/vault/secret-id/mint-secret-id.ts';
import { unwrapSecretId } from '../../../../src/vault/secret-id/unwrap-secret-id.ts';
import { lookupSelf } from '../../../../src/vault/token/lookup-self.ts';
import { readTokenRole } from '../../../../src/vault/token/read-token-role.ts';
import { renewSelf } from '../../../../src/vault/token/renew-self.ts';
import { answeringServer } from '../../../support/servers/answering-server.ts';
import { against } from '../../../support/vault/against.ts';
import {
  LOGGED_IN,
  LOGIN,
  LOOKED_UP,
  MINT,
  MINTED,
  OWN,
  OWN_TOKEN,
  RENEWED,
  SERVICE_ACCOUNT,
  TOKEN_ROLE,
  UNWRAPPED,
  WRAPPING_TOKEN,
} from '../../../support/vault/vault-answers.ts';

const CALLS: [string, object, (vault: VaultClient) => Promise<unknown>][] = [
  ['mint a secret_id for role web', MINTED, (vault) => mintSecretId(vault, MINT)],
  ['look a wrapping token up', LOOKED_UP, (vault) => lookupWrappingToken(vault, WRAPPING_TOKEN)],
  ['unwrap a secret_id', UNWRAPPED, (vault) => unwrapSecretId(vault, WRAPPING_TOKEN)],
  ['log in with the AppRole', LOGGED_IN, (vault) => loginAppRole(vault, LOGIN)],
  [
    'log in with the service account',
    LOGGED_IN,
    (vault) => loginKubernetes(vault, SERVICE_ACCOUNT),
  ],
  ['look the own token up', OWN, (vault) => lookupSelf(vault)],
  ['renew the own token', RENEWED, (vault) => renewSelf(vault, OWN_TOKEN)],
  ['read the token role own', TOKEN_ROLE, (vault) => readTokenRole(vault, 'own', OWN_TOKEN)],
];
/** Fields that an answer may lack, or that are not read. */
const OPTIONAL = new Set([
  'wrap_info.accessor',
  'wrap_info.creation_path',
  'wrap_info.wrapped_accessor',
  'data.creation_path',
  'data.creation_time',
  'data.secret_id_num_uses',
  'data.secret_id_ttl',
  'data.role',
  'data.period',
  'data.explicit_max_ttl',
  'data.num_uses',
  'data.token_period',
  'data.token_explicit_max_ttl',
  'auth.accessor',
]);

/** Each way to spoil one field of an answer: left out, null, of another type. */
function* spoiled(good: object): Generator<{ field: string; body: string }> {
  for (const [outer, inner] of Object.entries(good)) {
    for (const bad of [undefined, null, 'text', 7, []]) {
      yield { field: outer, body: JSON.stringify({ ...good, [outer]: bad }) };
    }
    for (const [name, value] of Object.entries(inner as object)) {
      if (OPTIONAL.has(`${outer}.${name}`)) continue;
      const bads = [undefined, null, { x: 1 }, [7], typeof value === 'string' ? 7 : 'text'];
      for (const bad of bads) {
        const spoilt = { ...(inner as object), [name]: bad };
        yield { field: `${outer}.${name}`, body: JSON.stringify({ ...good, [outer]: spoilt }) };
      }
    }
  }
}

for (const [name, good, call] of CALLS) {
  test(`S31 ${name}: any field missing or of a wrong type is an error that names both`, async () => {
    let body = '';
    await using server = await answeringServer(() => ({ status: 200, body }));
    const vault = createVaultClient({ address: server.origin }, systemClock);
    for (const bad of spoiled(good)) {
      body = bad.body;
      await assert.rejects(call(vault), (error: unknown) => {
        assert.ok(isVaultError(error));
        assert.equal(error.kind, 'malformed');
        assert.ok(error.message.startsWith(`${name}: ${bad.field} is `), error.message);
        return true;
      });
    }
  });

  for (const answer of [
    { status: 204 },
    { status: 200, body: '' },
    { status: 200, body: '<!doctype html><p>hvs.secret of a portal' },
    { status: 200, body: '[]' },
    { status: 200, body: 'null' },
    { status: 200, body: '{}' },
    { status: 200, body: JSON.stringify(good).slice(0, -1) },
  ]) {
    test(`S31 ${name}: ${JSON.stringify(answer)} is malformed, and nothing of it is repeated`, async () => {
      await assert.rejects(against(answer, call), (error: unknown) => {
        assert.ok(isVaultError(error));
        assert.equal(error.kind, 'malformed');
        assert.ok(error.message.startsWith(`${name}: `));
        assert.doesNotMatch(error.message, /hvs|doctype/);
        return true;
      });
    });
  }
}
