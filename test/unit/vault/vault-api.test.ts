import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import { destroySecretId } from '../../../src/vault/destroy-secret-id.ts';
import { loginAppRole } from '../../../src/vault/login-app-role.ts';
import { lookupSelf } from '../../../src/vault/lookup-self.ts';
import { lookupWrappingToken } from '../../../src/vault/lookup-wrapping-token.ts';
import { mintSecretId } from '../../../src/vault/mint-secret-id.ts';
import { revokeSelf } from '../../../src/vault/revoke-self.ts';
import { unwrapSecretId } from '../../../src/vault/unwrap-secret-id.ts';
import { createVaultClient, type VaultClient } from '../../../src/vault/vault-client.ts';
import { isVaultError } from '../../../src/vault/vault-error.ts';
import { parseRoleName } from '../../../src/wire/role-name.ts';
import { answeringServer, json, type Reaction } from '../../support/answering-server.ts';

const ROLE = parseRoleName('Web') ?? assert.fail('a role name');
const WRAPPING_TOKEN = new Secret('hvs.wrapping-token');
const OWN_TOKEN = new Secret('hvs.own-token');
const SECRET_ID = new Secret('23269983-7c74-71d2-e2d3-92a89789d750');
const MINT = { mount: 'approle', role: ROLE, wrapTtlSeconds: 60 };
const LOGIN = { mount: 'approle', roleId: 'role-id', secretId: SECRET_ID };

/** Bodies as OpenBao 2.7 and Vault 1.19 write them, without what nothing reads. */
const MINTED = {
  wrap_info: {
    token: WRAPPING_TOKEN.reveal(),
    accessor: 'RKuLYJbijXieBR921CUah0ei',
    ttl: 60,
    creation_time: '2026-11-23T14:56:53.473567332Z',
    creation_path: 'auth/approle/role/web/secret-id',
    wrapped_accessor: 'e8563b9e-8bce-bdf1-66b9-e5614b2aee4e',
  },
};
const LOOKED_UP = {
  data: {
    creation_path: 'auth/approle/role/web/secret-id',
    creation_time: '2026-11-23T14:56:53.487105722Z',
    creation_ttl: 60,
  },
};
const UNWRAPPED = {
  data: {
    secret_id: SECRET_ID.reveal(),
    secret_id_accessor: '7db7a45b-4a0c-0fd7-36e6-542858735139',
    secret_id_num_uses: 0,
    secret_id_ttl: 0,
  },
};
const LOGGED_IN = {
  auth: {
    client_token: 'hvs.the-token',
    accessor: '5nwzPQ3fztaK1yQ1KKx6tQY6',
    lease_duration: 2_764_800,
    renewable: true,
  },
};
const OWN = {
  data: { policies: ['default'], renewable: true, ttl: 100, role: 'kubernetes-vault' },
};
const GONE = json({ errors: ['wrapping token is not valid or does not exist'] }, 400);

/** Calls `use` on a Vault that always answers so; gives its result and the request that was made. */
async function against<T>(answer: Reaction, use: (vault: VaultClient) => Promise<T>) {
  await using server = await answeringServer(() => answer);
  const vault = createVaultClient({ address: server.origin, token: () => OWN_TOKEN }, systemClock);
  const result = await use(vault);
  const [request = assert.fail('no request was made')] = server.requests;
  const body: unknown = request.body === '' ? undefined : JSON.parse(request.body);
  return { result, ...request, body, token: request.headers['x-vault-token'] };
}

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

test('the own token is looked up, and a token ended by itself', async () => {
  const own = await against(json(OWN), (vault) => lookupSelf(vault));
  assert.deepEqual([own.method, own.path], ['GET', '/v1/auth/token/lookup-self']);
  const { policies, renewable, ttl, role } = OWN.data;
  assert.deepEqual(own.result, { policies, renewable, ttlSeconds: ttl, role });

  const ended = await against({ status: 204 }, (vault) => revokeSelf(vault, WRAPPING_TOKEN));
  assert.deepEqual([ended.path, ended.token], ['/v1/auth/token/revoke-self', 'hvs.wrapping-token']);
});

const CALLS: [string, object, (vault: VaultClient) => Promise<unknown>][] = [
  ['mint a secret_id for role web', MINTED, (vault) => mintSecretId(vault, MINT)],
  ['look a wrapping token up', LOOKED_UP, (vault) => lookupWrappingToken(vault, WRAPPING_TOKEN)],
  ['unwrap a secret_id', UNWRAPPED, (vault) => unwrapSecretId(vault, WRAPPING_TOKEN)],
  ['log in with the AppRole', LOGGED_IN, (vault) => loginAppRole(vault, LOGIN)],
  ['look the own token up', OWN, (vault) => lookupSelf(vault)],
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
