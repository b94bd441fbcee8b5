import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import { destroySecretId } from '../../../src/vault/destroy-secret-id.ts';
import { loginAppRole } from '../../../src/vault/login-app-role.ts';
import { loginKubernetes } from '../../../src/vault/login-kubernetes.ts';
import { lookupSelf } from '../../../src/vault/lookup-self.ts';
import { lookupWrappingToken } from '../../../src/vault/lookup-wrapping-token.ts';
import { mintSecretId } from '../../../src/vault/mint-secret-id.ts';
import { readTokenRole } from '../../../src/vault/read-token-role.ts';
import { renewSelf } from '../../../src/vault/renew-self.ts';
import { revokeSelf } from '../../../src/vault/revoke-self.ts';
import { unwrapSecretId } from '../../../src/vault/unwrap-secret-id.ts';
import { createVaultClient, type VaultClient } from '../../../src/vault/vault-client.ts';
import { isVaultError } from '../../../src/vault/vault-error.ts';
import { parseRoleName } from '../../../src/wire/role-name.ts';
import { answeringServer, json, type Reaction } from '../../support/net/answering-server.ts';

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
  data: {
    policies: ['default'],
    renewable: true,
    ttl: 100,
    creation_ttl: 3600,
    period: 3600,
    explicit_max_ttl: 7200,
    num_uses: 9,
    role: 'kubernetes-vault',
  },
};
const RENEWED = { auth: { lease_duration: 3600, renewable: true } };
const TOKEN_ROLE = {
  data: { renewable: true, token_period: 3600, token_explicit_max_ttl: 0 },
};
const SERVICE_ACCOUNT = {
  mount: 'cluster/a',
  role: 'kubernetes-vault',
  jwt: new Secret('e30.e30.sig'),
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
