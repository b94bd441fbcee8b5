import type { AdminCall } from './provision-kube.ts';

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
}

const CONTROLLER = 'kubernetes-vault';

/**
 * Makes ready a Vault whose root token `vault` uses: the AppRole method, the roles, the least policy
 * that a controller needs for them, and a periodic token with it. Call it once for a mount.
 * @throws when Vault refuses a part
 */
export async function provisionVault(
  vault: AdminCall,
  { mount = 'approle', roles, period = '24h' }: VaultProvision,
): Promise<ProvisionedVault> {
  await vault('POST', `/v1/sys/auth/${mount}`, { type: 'approle' });
  const policy = leastPolicy(mount, roles);
  await vault('PUT', `/v1/sys/policies/acl/${CONTROLLER}`, { policy });
  const roleIds = new Map<string, string>();
  for (const role of roles) roleIds.set(role, await makeRole(vault, mount, role));
  return { token: await periodicToken(vault, period), roleIds };
}

/** What a controller needs for these roles and no more; `default` lets it look after its own token. */
export function leastPolicy(mount: string, roles: readonly string[]): string {
  const rules = roles.flatMap((role) => [
    // min_wrapping_ttl: the token can never obtain a secret_id that is not wrapped.
    `path "auth/${mount}/role/${role}/secret-id" { capabilities = ["update"] min_wrapping_ttl = "1s" }`,
    `path "auth/${mount}/role/${role}/secret-id-accessor/destroy" { capabilities = ["update"] }`,
  ]);
  return [...rules, `path "auth/token/roles/${CONTROLLER}" { capabilities = ["read"] }`].join('\n');
}

async function makeRole(vault: AdminCall, mount: string, role: string): Promise<string> {
  const path = `/v1/auth/${mount}/role/${role}`;
  const uses = { secret_id_num_uses: 1, secret_id_ttl: '10m' };
  await vault('POST', path, { ...uses, token_policies: ['default'], token_ttl: '20m' });
  const answer = await vault('GET', `${path}/role-id`);
  return (answer as { data: { role_id: string } }).data.role_id;
}

async function periodicToken(vault: AdminCall, period: string): Promise<string> {
  await vault('POST', `/v1/auth/token/roles/${CONTROLLER}`, {
    allowed_policies: [CONTROLLER, 'default'],
    orphan: true,
    renewable: true,
    token_period: period,
  });
  const answer = await vault('POST', `/v1/auth/token/create/${CONTROLLER}`, {
    policies: [CONTROLLER],
  });
  return (answer as { auth: { client_token: string } }).auth.client_token;
}
