import { systemClock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import { createVaultClient } from '../../../src/vault/client/vault-client.ts';
import { mintSecretId } from '../../../src/vault/secret-id/mint-secret-id.ts';
import type { Push } from '../../../src/wire/push.ts';
import { parseRoleName } from '../../../src/wire/role-name.ts';
import type { OpenBao } from '../real/openbao.ts';

export interface AppRoleOptions {
  readonly roles: readonly string[];
  readonly mount?: string;
  /** How many logins a secret_id is good for, 0 for any number; 1 by default. */
  readonly logins?: number;
  /** Made where it is not there yet. */
  readonly namespace?: string;
  /** What tokens of the roles get, and the age at which they end whatever is renewed: `20s`. */
  readonly tokenTtl?: string;
  readonly tokenMaxTtl?: string;
}

/** An AppRole method on a real Vault, and what is minted at it, as a controller pushes it. */
export interface AppRole {
  roleId(role: string): string;
  push(role: string, options?: PushOptions): Promise<Push>;
}

interface PushOptions {
  readonly wrapTtlSeconds?: number;
  /** What the controller says Vault's address is; its real one by default. */
  readonly vaultAddr?: string;
}

/** Mounts an AppRole method with these roles. */
export async function appRoleOn(vault: OpenBao, options: AppRoleOptions): Promise<AppRole> {
  const { mount = 'approle', logins = 1, namespace, tokenTtl = '20m', tokenMaxTtl = '0' } = options;
  const headers = namespace === undefined ? {} : { 'x-vault-namespace': namespace };
  if (namespace !== undefined) await vault.request('POST', `sys/namespaces/${namespace}`);
  await vault.request('POST', `sys/auth/${mount}`, { type: 'approle' }, headers);
  const roleIds = new Map<string, string>();
  for (const role of options.roles) {
    const path = `auth/${mount}/role/${role}`;
    const settings = {
      secret_id_num_uses: logins,
      token_policies: ['default'],
      token_ttl: tokenTtl,
      token_max_ttl: tokenMaxTtl,
    };
    await vault.request('POST', path, settings, headers);
    type RoleId = { data: { role_id: string } };
    const { data } = await vault.request<RoleId>('GET', `${path}/role-id`, undefined, headers);
    roleIds.set(role, data.role_id);
  }
  const client = createVaultClient(
    {
      address: vault.addr,
      token: () => new Secret(vault.rootToken),
      ...(vault.caPem === undefined ? {} : { ca: vault.caPem }),
      ...(namespace === undefined ? {} : { namespace }),
    },
    systemClock,
  );
  return {
    roleId: (role) => roleIds.get(role) ?? fail(`there is no role ${role}`),
    async push(role, { wrapTtlSeconds = 60, vaultAddr = vault.addr } = {}) {
      const name = parseRoleName(role) ?? fail(`${role} is no role name`);
      const minted = await mintSecretId(client, { mount, role: name, wrapTtlSeconds });
      return {
        token: minted.token,
        creationTime: minted.creationTime,
        ttl: minted.ttlSeconds,
        vaultAddr,
        ...(vault.caPem === undefined ? {} : { vaultCas: vault.caPem }),
        role: name,
        appRoleMount: mount,
        ...(namespace === undefined ? {} : { vaultNamespace: namespace }),
      };
    },
  };
}

function fail(message: string): never {
  throw new Error(message);
}
