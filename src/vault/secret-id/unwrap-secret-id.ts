import { Secret } from '../../base/secret.ts';
import {
  objectField,
  optionalNumberField,
  parseFields,
  textField,
} from '../client/answer-fields.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';
import { saysTokenGone } from './token-gone.ts';

export type Unwrapped =
  | {
      readonly kind: 'unwrapped';
      readonly secretId: Secret;
      readonly accessor: string;
      /** How many logins it is good for; 0 where that is not limited, or not told. */
      readonly uses: number;
    }
  /** Used up, expired, revoked, or never a wrapping token of this Vault. */
  | { readonly kind: 'gone' };

/**
 * Uses a wrapping token up for the secret_id in it.
 * Vault API: `sys/wrapping/unwrap`.
 * @throws VaultError; a retryable one says in `maybeDone` whether the token may be used up
 */
export async function unwrapSecretId(
  client: VaultClient,
  token: Secret,
  options?: CallOptions,
): Promise<Unwrapped> {
  const name = 'unwrap a secret_id';
  try {
    const body = await client.send(
      { name, method: 'POST', path: 'sys/wrapping/unwrap', token },
      options,
    );
    const data = objectField(parseFields(name, body), 'data');
    return {
      kind: 'unwrapped',
      secretId: new Secret(textField(data, 'secret_id')),
      accessor: textField(data, 'secret_id_accessor'),
      uses: optionalNumberField(data, 'secret_id_num_uses'),
    };
  } catch (error) {
    if (saysTokenGone(error)) return { kind: 'gone' };
    throw error;
  }
}
