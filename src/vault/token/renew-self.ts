import type { Secret } from '../../base/secret.ts';
import { booleanField, numberField, objectField, parseFields } from '../client/answer-fields.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';

export interface RenewedToken {
  /** What it has from now on; Vault may give less than before. */
  readonly ttlSeconds: number;
  readonly renewable: boolean;
}

/**
 * Has a token renew itself.
 * Vault API: `auth/token/renew-self`.
 * @throws VaultError: `denied` for a token that is expired or revoked, or may not; `rejected` for one that is not renewable
 */
export async function renewSelf(
  client: VaultClient,
  token: Secret,
  options?: CallOptions,
): Promise<RenewedToken> {
  const name = 'renew the own token';
  const body = await client.send(
    { name, method: 'POST', path: 'auth/token/renew-self', token, body: {} },
    options,
  );
  const auth = objectField(parseFields(name, body), 'auth');
  return {
    ttlSeconds: numberField(auth, 'lease_duration'),
    renewable: booleanField(auth, 'renewable'),
  };
}
