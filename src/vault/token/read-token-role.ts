import { sanitize } from '../../base/sanitize.ts';
import type { Secret } from '../../base/secret.ts';
import {
  booleanField,
  objectField,
  optionalNumberField,
  parseFields,
} from '../client/answer-fields.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';

/** A role by which tokens are made: what it gives them. */
export interface TokenRole {
  readonly renewable: boolean;
  /** 0 for none. */
  readonly periodSeconds: number;
  /** 0 for none. */
  readonly explicitMaxTtlSeconds: number;
}

/**
 * Reads a token role. Vault before 1.2 has its `period` and `explicit_max_ttl` under these names alone.
 * Vault API: `auth/token/roles/:role_name`.
 * @throws VaultError: `missing` where there is none, `denied` where the policy does not allow it
 */
export async function readTokenRole(
  client: VaultClient,
  role: string,
  token: Secret,
  options?: CallOptions,
): Promise<TokenRole> {
  const name = `read the token role ${sanitize(role)}`;
  const path = `auth/token/roles/${role}`;
  const body = await client.send({ name, method: 'GET', path, token }, options);
  const data = objectField(parseFields(name, body), 'data');
  const eitherOf = (field: string) =>
    optionalNumberField(data, `token_${field}`) || optionalNumberField(data, field);
  return {
    renewable: booleanField(data, 'renewable'),
    periodSeconds: eitherOf('period'),
    explicitMaxTtlSeconds: eitherOf('explicit_max_ttl'),
  };
}
