import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../../src/base/secret.ts';
import { isVaultError } from '../../../../src/vault/client/vault-error.ts';
import { lookupSelf } from '../../../../src/vault/token/lookup-self.ts';
import { readTokenRole } from '../../../../src/vault/token/read-token-role.ts';
import { renewSelf } from '../../../../src/vault/token/renew-self.ts';
import { revokeSelf } from '../../../../src/vault/token/revoke-self.ts';
import { json } from '../../../support/servers/answering-server.ts';
import { against } from '../../../support/vault/against.ts';
import {
  OWN,
  OWN_TOKEN,
  RENEWED,
  TOKEN_ROLE,
  WRAPPING_TOKEN,
} from '../../../support/vault/vault-answers.ts';

test('the own token is looked up, and a token ended by itself', async () => {
  const own = await against(json(OWN), (vault) => lookupSelf(vault));
  assert.deepEqual(
    [own.method, own.path, own.token],
    ['GET', '/v1/auth/token/lookup-self', OWN_TOKEN.reveal()],
  );
  assert.deepEqual(own.result, {
    policies: ['default'],
    renewable: true,
    ttlSeconds: 100,
    creationTtlSeconds: 3600,
    periodSeconds: 3600,
    explicitMaxTtlSeconds: 7200,
    usesLeft: 9,
    role: 'kubernetes-vault',
  });

  const ended = await against({ status: 204 }, (vault) => revokeSelf(vault, WRAPPING_TOKEN));
  assert.deepEqual([ended.path, ended.token], ['/v1/auth/token/revoke-self', 'hvs.wrapping-token']);
});

test('what a lookup leaves out of a token is 0, or nobody', async () => {
  const { policies, renewable, ttl, creation_ttl } = OWN.data;
  const plain = { data: { policies, renewable, ttl, creation_ttl } };
  const other = new Secret('hvs.another');
  const { result, token } = await against(json(plain), (vault) => lookupSelf(vault, other));
  assert.equal(token, other.reveal());
  const { periodSeconds, explicitMaxTtlSeconds, usesLeft, role } = result;
  assert.deepEqual([periodSeconds, explicitMaxTtlSeconds, usesLeft, role], [0, 0, 0, undefined]);
});

test('S30 a token renews itself, and its role is read, under the field names of any version', async () => {
  const renewed = await against(json(RENEWED), (vault) => renewSelf(vault, OWN_TOKEN));
  assert.deepEqual(
    [renewed.method, renewed.path, renewed.token],
    ['POST', '/v1/auth/token/renew-self', OWN_TOKEN.reveal()],
  );
  assert.deepEqual(renewed.result, { ttlSeconds: 3600, renewable: true });

  const old = { data: { renewable: true, period: 60, explicit_max_ttl: 90 } };
  const both = { data: { ...old.data, token_period: 70, token_explicit_max_ttl: 0 } };
  for (const [answer, period, max] of [
    [TOKEN_ROLE, 3600, 0],
    [old, 60, 90],
    [both, 70, 90],
    [{ data: { renewable: true } }, 0, 0],
  ] as const) {
    const read = await against(json(answer), (vault) => readTokenRole(vault, 'own', OWN_TOKEN));
    assert.equal(read.path, '/v1/auth/token/roles/own');
    const { renewable, periodSeconds, explicitMaxTtlSeconds } = read.result;
    assert.deepEqual([renewable, periodSeconds, explicitMaxTtlSeconds], [true, period, max]);
  }
});

for (const field of ['period', 'explicit_max_ttl', 'num_uses', 'role']) {
  test(`S31 the own token: ${field} may be missing, but not of a wrong type`, async () => {
    for (const bad of [{ x: 1 }, [7], true, field === 'role' ? 7 : '7']) {
      const answer = json({ data: { ...OWN.data, [field]: bad } });
      await assert.rejects(
        against(answer, (vault) => lookupSelf(vault)),
        (error: unknown) =>
          isVaultError(error) && error.message.includes(`: data.${field} is not `),
      );
    }
  });
}
