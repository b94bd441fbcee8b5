import type { Secret } from '../../base/secret.ts';
import {
  booleanField,
  numberField,
  objectField,
  optionalNumberField,
  optionalTextField,
  parseFields,
  textsField,
} from '../client/answer-fields.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';

/** What Vault knows of a token that asks about itself. */
export interface OwnToken {
  readonly policies: readonly string[];
  readonly renewable: boolean;
  /** What is left of it; 0 for a token that never expires. */
  readonly ttlSeconds: number;
  /** What it was given when it was made. */
  readonly creationTtlSeconds: number;
  /** What each renewal gives it; 0 where its TTL is given by something else, or the token is not periodic. */
  readonly periodSeconds: number;
  /** The age at which it ends whatever is renewed; 0 for none of its own. */
  readonly explicitMaxTtlSeconds: number;
  /** Requests that it may still make; 0 for any number. */
  readonly usesLeft: number;
  /** The token role that made it, if one did. */
  readonly role: string | undefined;
}

/**
 * Looks a token up by itself.
 * Vault API: `auth/token/lookup-self`.
 * @param token instead of the client's own
 * @throws VaultError: `denied` for a token that is expired, revoked or none
 */
export async function lookupSelf(
  client: VaultClient,
  token?: Secret,
  options?: CallOptions,
): Promise<OwnToken> {
  const name = 'look the own token up';
  const asked = { name, method: 'GET', path: 'auth/token/lookup-self' } as const;
  const body = await client.send(token === undefined ? asked : { ...asked, token }, options);
  const data = objectField(parseFields(name, body), 'data');
  return {
    policies: textsField(data, 'policies'),
    renewable: booleanField(data, 'renewable'),
    ttlSeconds: numberField(data, 'ttl'),
    creationTtlSeconds: numberField(data, 'creation_ttl'),
    periodSeconds: optionalNumberField(data, 'period'),
    explicitMaxTtlSeconds: optionalNumberField(data, 'explicit_max_ttl'),
    usesLeft: optionalNumberField(data, 'num_uses'),
    role: optionalTextField(data, 'role'),
  };
}
