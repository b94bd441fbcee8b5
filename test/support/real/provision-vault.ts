import { readFileSync } from 'node:fs';
import { deployFile } from './deploy-file.ts';
import type { OpenBao } from './openbao.ts';

type Admin = Pick<OpenBao, 'request'>;

export interface VaultProvision {
  /** Where the AppRole method is mounted; default `approle`. */
  readonly mount?: string;
  /** The AppRoles to make; the controller's policy names each of them and nothing else. */
  readonly roles: readonly string[];
  /** The period of the controller's token, a Vault duration; default `24h`. */
  readonly period?: string;
}

export interface ProvisionedVault {
  /** A periodic token, made by a token role, that may do only what the least policy grants. */
  readonly token: string;
  /** Each AppRole's role_id. */
  readonly roleIds: ReadonlyMap<string, string>;
  /** Another such token. */
  anotherToken(): Promise<string>;
  /** Makes one more AppRole, which no policy names yet. */
  makeRole(role: string): Promise<void>;
  /** Lets the controller mint for these roles, and for no others. */
  allowRoles(roles: readonly string[]): Promise<void>;
}

const CONTROLLER = 'kubernetes-vault';

/**
 * Makes an OpenBao or a Vault ready: the AppRole method, the roles, the least policy that a
 * controller needs for them, and a periodic token with it. Call it once for a mount.
 * @throws RequestFailed when it refuses a part
 */
export async function provisionVault(
  vault: Admin,
  { mount = 'approle', roles, period = '24h' }: VaultProvision,
): Promise<ProvisionedVault> {
  await vault.request('POST', `sys/auth/${mount}`, { type: 'approle' });
  await allowRoles(vault, mount, roles);
  const roleIds = new Map<string, string>();
  for (const role of roles) roleIds.set(role, await makeRole(vault, mount, role));
  await makeTokenRole(vault, period);
  return {
    token: await periodicToken(vault),
    roleIds,
    anotherToken: () => periodicToken(vault),
    async makeRole(role) {
      roleIds.set(role, await makeRole(vault, mount, role));
    },
    allowRoles: (roles) => allowRoles(vault, mount, roles),
  };
}

async function allowRoles(vault: Admin, mount: string, roles: readonly string[]): Promise<void> {
  const policy = leastPolicy(mount, roles);
  await vault.request('PUT', `sys/policies/acl/${CONTROLLER}`, { policy });
}

/** The quick start's policy, which is for one role, for each of these. */
function leastPolicy(mount: string, roles: readonly string[]): string {
  const policy = readFileSync(deployFile('quick-start/policies/controller.hcl'), 'utf8');
  const rules = policy.split(/^(?=path )/m).filter((part) => part.startsWith('path '));
  const forRole = (role: string) =>
    rules.map((rule) =>
      rule.replace('auth/approle/role/sample-app/', `auth/${mount}/role/${role}/`),
    );
  return [...new Set(roles.flatMap(forRole))].join('\n');
}

async function makeRole(vault: Admin, mount: string, role: string): Promise<string> {
  const path = `auth/${mount}/role/${role}`;
  const uses = { secret_id_num_uses: 1, secret_id_ttl: '10m' };
  await vault.request('POST', path, { ...uses, token_policies: ['default'], token_ttl: '20m' });
  type RoleId = { data: { role_id: string } };
  return (await vault.request<RoleId>('GET', `${path}/role-id`)).data.role_id;
}

async function makeTokenRole(vault: Admin, period: string): Promise<void> {
  await vault.request('POST', `auth/token/roles/${CONTROLLER}`, {
    allowed_policies: [CONTROLLER, 'default'],
    orphan: true,
    renewable: true,
    token_period: period,
  });
}

async function periodicToken(vault: Admin): Promise<string> {
  type Created = { auth: { client_token: string } };
  const wanted = { policies: [CONTROLLER] };
  const path = `auth/token/create/${CONTROLLER}`;
  return (await vault.request<Created>('POST', path, wanted)).auth.client_token;
}
