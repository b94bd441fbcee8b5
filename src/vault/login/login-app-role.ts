import type { Secret } from '../../base/secret.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';
import { type ClientToken, logIn } from './log-in.ts';

export interface AppRoleCredentials {
  /** Where the AppRole method is mounted, such as `approle`. */
  readonly mount: string;
  readonly roleId: string;
  readonly secretId: Secret;
}

/**
 * Logs in with a role_id and a secret_id.
 * Vault API: AppRole, "Login with AppRole".
 * @throws VaultError: `rejected` for a wrong or used-up secret_id
 */
export function loginAppRole(
  client: VaultClient,
  { mount, roleId, secretId }: AppRoleCredentials,
  options?: CallOptions,
): Promise<ClientToken> {
  const body = { role_id: roleId, secret_id: secretId };
  return logIn(client, { name: 'log in with the AppRole', mount, body }, options);
}
