import type { OpenBao } from '../../support/real/openbao.ts';
import type { SetUp } from './manifest.ts';

type Admin = Pick<OpenBao, 'request'>;

/** What a Vault holds that was set up for the original. */
export interface OldVault extends SetUp {
  /** PEM of the root authority, whose intermediate one issues certificates for the metrics. */
  readonly rootCaPem: string;
}

/** What the controller may do there: nothing of ours was added, such as destroying secret_ids. */
const POLICY = `
path "intermediate-ca/issue/kubernetes-vault" { capabilities = ["update"] }
path "auth/token/roles/kubernetes-vault" { capabilities = ["read"] }
path "auth/approle/role/sample-app/secret-id" { capabilities = ["update"] }
`;
const EC = { key_type: 'ec', key_bits: 256 };

/** Sets a Vault up as the original's quick start does. */
export async function setUpVault(vault: Admin): Promise<OldVault> {
  const rootCaPem = await makeAuthorities(vault);
  await vault.request('POST', 'sys/auth/approle', { type: 'approle' });
  await vault.request('POST', 'intermediate-ca/roles/kubernetes-vault', {
    allow_any_name: true,
    max_ttl: '24h',
    ...EC,
  });
  await vault.request('PUT', 'sys/policies/acl/kubernetes-vault', { policy: POLICY });
  await vault.request('POST', 'auth/token/roles/kubernetes-vault', {
    allowed_policies: 'kubernetes-vault',
    period: '6h',
  });
  await vault.request('POST', 'auth/approle/role/sample-app', {
    secret_id_ttl: '90s',
    period: '6h',
    secret_id_num_uses: 1,
  });
  return { rootCaPem, token: await newToken(vault), roleId: await roleIdOf(vault) };
}

/** A root authority, and an intermediate one that it has signed; PEM of the first. */
async function makeAuthorities(vault: Admin): Promise<string> {
  for (const mount of ['root-ca', 'intermediate-ca']) {
    await vault.request('POST', `sys/mounts/${mount}`, { type: 'pki' });
  }
  const root = await certificateOf(vault, 'root-ca/root/generate/internal', {
    common_name: 'Root CA',
    ...EC,
  });
  type Request = { data: { csr: string } };
  const asked = { common_name: 'Intermediate CA', ...EC };
  const path = 'intermediate-ca/intermediate/generate/internal';
  const { csr } = (await vault.request<Request>('POST', path, asked)).data;
  const certificate = await certificateOf(vault, 'root-ca/root/sign-intermediate', {
    csr,
    use_csr_values: true,
  });
  await vault.request('POST', 'intermediate-ca/intermediate/set-signed', { certificate });
  return root;
}

async function certificateOf(vault: Admin, path: string, wanted: object): Promise<string> {
  type Answer = { data: { certificate: string } };
  return (await vault.request<Answer>('POST', path, wanted)).data.certificate;
}

async function newToken(vault: Admin): Promise<string> {
  type Created = { auth: { client_token: string } };
  const path = 'auth/token/create/kubernetes-vault';
  return (await vault.request<Created>('POST', path, {})).auth.client_token;
}

async function roleIdOf(vault: Admin): Promise<string> {
  type RoleId = { data: { role_id: string } };
  const path = 'auth/approle/role/sample-app/role-id';
  return (await vault.request<RoleId>('GET', path)).data.role_id;
}
