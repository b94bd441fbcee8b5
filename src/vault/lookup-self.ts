import {
  booleanField,
  numberField,
  objectField,
  optionalTextField,
  parseFields,
  textsField,
} from './answer-fields.ts';
import type { CallOptions, VaultClient } from './vault-client.ts';

/** What Vault knows of the client's own token. */
export interface OwnToken {
  readonly policies: readonly string[];
  readonly renewable: boolean;
  /** What is left of it; 0 for a token that never expires. */
  readonly ttlSeconds: number;
  /** The token role that made it, if one did. */
  readonly role: string | undefined;
}

/**
 * Looks the client's own token up.
 * Vault API: `auth/token/lookup-self`.
 * @throws VaultError: `denied` for a token that is expired, revoked or none
 */
export async function lookupSelf(client: VaultClient, options?: CallOptions): Promise<OwnToken> {
  const name = 'look the own token up';
  const body = await client.send({ name, method: 'GET', path: 'auth/token/lookup-self' }, options);
  const data = objectField(parseFields(name, body), 'data');
  return {
    policies: textsField(data, 'policies'),
    renewable: booleanField(data, 'renewable'),
    ttlSeconds: numberField(data, 'ttl'),
    role: optionalTextField(data, 'role'),
  };
}
