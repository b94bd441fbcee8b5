import type { Secret } from '../../base/secret.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';

/**
 * Ends a token's life by itself.
 * Vault API: `auth/token/revoke-self`.
 * @throws VaultError
 */
export async function revokeSelf(
  client: VaultClient,
  token: Secret,
  options?: CallOptions,
): Promise<void> {
  await client.send(
    { name: 'revoke the own token', method: 'POST', path: 'auth/token/revoke-self', token },
    options,
  );
}
