import assert from 'node:assert/strict';
import { Secret } from '../../../src/base/secret.ts';
import { parseRoleName } from '../../../src/wire/role-name.ts';

/** What the calls of the Vault API are made with. */
export const ROLE = parseRoleName('Web') ?? assert.fail('a role name');
export const WRAPPING_TOKEN = new Secret('hvs.wrapping-token');
export const OWN_TOKEN = new Secret('hvs.own-token');
export const SECRET_ID = new Secret('23269983-7c74-71d2-e2d3-92a89789d750');
export const MINT = { mount: 'approle', role: ROLE, wrapTtlSeconds: 60 };
export const LOGIN = { mount: 'approle', roleId: 'role-id', secretId: SECRET_ID };
export const SERVICE_ACCOUNT = {
  mount: 'cluster/a',
  role: 'kubernetes-vault',
  jwt: new Secret('e30.e30.sig'),
};

/** Bodies as OpenBao 2.7 and Vault 1.19 write them, without what nothing reads. */
export const MINTED = {
  wrap_info: {
    token: WRAPPING_TOKEN.reveal(),
    accessor: 'RKuLYJbijXieBR921CUah0ei',
    ttl: 60,
    creation_time: '2026-11-23T14:56:53.473567332Z',
    creation_path: 'auth/approle/role/web/secret-id',
    wrapped_accessor: 'e8563b9e-8bce-bdf1-66b9-e5614b2aee4e',
  },
};

export const LOOKED_UP = {
  data: {
    creation_path: 'auth/approle/role/web/secret-id',
    creation_time: '2026-11-23T14:56:53.487105722Z',
    creation_ttl: 60,
  },
};

export const UNWRAPPED = {
  data: {
    secret_id: SECRET_ID.reveal(),
    secret_id_accessor: '7db7a45b-4a0c-0fd7-36e6-542858735139',
    secret_id_num_uses: 0,
    secret_id_ttl: 0,
  },
};

export const LOGGED_IN = {
  auth: {
    client_token: 'hvs.the-token',
    accessor: '5nwzPQ3fztaK1yQ1KKx6tQY6',
    lease_duration: 2_764_800,
    renewable: true,
  },
};

export const OWN = {
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

export const RENEWED = { auth: { lease_duration: 3600, renewable: true } };

export const TOKEN_ROLE = {
  data: { renewable: true, token_period: 3600, token_explicit_max_ttl: 0 },
};
