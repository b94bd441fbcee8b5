import type { Secret } from '../../base/secret.ts';
import {
  numberField,
  objectField,
  optionalTextField,
  parseFields,
} from '../client/answer-fields.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';
import { saysTokenGone } from './token-gone.ts';

export type WrappingLookup =
  | {
      readonly kind: 'found';
      /** The path of the request whose answer is wrapped; Vault before 0.8 does not tell it. */
      readonly creationPath: string | undefined;
      readonly creationTtlSeconds: number;
    }
  /** Used up, expired, revoked, or never a wrapping token of this Vault. */
  | { readonly kind: 'gone' };

/**
 * Looks a wrapping token up without using it. The token goes in the body: Vault before 0.8 would
 * use it up if it came as X-Vault-Token.
 * Vault API: `sys/wrapping/lookup`.
 * @throws VaultError
 */
export async function lookupWrappingToken(
  client: VaultClient,
  token: Secret,
  options?: CallOptions,
): Promise<WrappingLookup> {
  const name = 'look a wrapping token up';
  try {
    const body = await client.send(
      { name, method: 'POST', path: 'sys/wrapping/lookup', token: 'none', body: { token } },
      options,
    );
    const data = objectField(parseFields(name, body), 'data');
    return {
      kind: 'found',
      creationPath: optionalTextField(data, 'creation_path'),
      creationTtlSeconds: numberField(data, 'creation_ttl'),
    };
  } catch (error) {
    if (saysTokenGone(error)) return { kind: 'gone' };
    throw error;
  }
}
