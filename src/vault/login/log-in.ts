import { Secret } from '../../base/secret.ts';
import {
  booleanField,
  numberField,
  objectField,
  optionalTextField,
  parseFields,
  textField,
} from '../client/answer-fields.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';

export interface LoginRequest {
  /** What is asked, for errors. */
  readonly name: string;
  /** Where the auth method is mounted, below `auth/`. */
  readonly mount: string;
  readonly body: Readonly<Record<string, string | Secret>>;
}

export interface ClientToken {
  readonly token: Secret;
  /** Empty for a batch token, which has none. */
  readonly accessor: string;
  readonly leaseDurationSeconds: number;
  readonly renewable: boolean;
}

/**
 * Logs in at an auth method: all answer alike.
 * @throws VaultError
 */
export async function logIn(
  client: VaultClient,
  { name, mount, body }: LoginRequest,
  options?: CallOptions,
): Promise<ClientToken> {
  const path = `auth/${mount}/login`;
  const answer = await client.send({ name, method: 'POST', path, token: 'none', body }, options);
  const auth = objectField(parseFields(name, answer), 'auth');
  return {
    token: new Secret(textField(auth, 'client_token')),
    accessor: optionalTextField(auth, 'accessor') ?? '',
    leaseDurationSeconds: numberField(auth, 'lease_duration'),
    renewable: booleanField(auth, 'renewable'),
  };
}
