import { Secret } from '../base/secret.ts';
import {
  booleanField,
  numberField,
  objectField,
  optionalTextField,
  parseFields,
  textField,
} from './answer-fields.ts';
import type { CallOptions, VaultClient } from './vault-client.ts';

export interface AppRoleCredentials {
  /** Where the AppRole method is mounted, such as `approle`. */
  readonly mount: string;
  readonly roleId: string;
  readonly secretId: Secret;
}

export interface ClientToken {
  readonly token: Secret;
  /** Empty for a batch token, which has none. */
  readonly accessor: string;
  readonly leaseDurationSeconds: number;
  readonly renewable: boolean;
}

/**
 * Logs in with a role_id and a secret_id.
 * Vault API: AppRole, "Login with AppRole".
 * @throws VaultError: `rejected` for a wrong or used-up secret_id
 */
export async function loginAppRole(
  client: VaultClient,
  { mount, roleId, secretId }: AppRoleCredentials,
  options?: CallOptions,
): Promise<ClientToken> {
  const name = 'log in with the AppRole';
  const body = await client.send(
    {
      name,
      method: 'POST',
      path: `auth/${mount}/login`,
      token: 'none',
      body: { role_id: roleId, secret_id: secretId },
    },
    options,
  );
  const auth = objectField(parseFields(name, body), 'auth');
  return {
    token: new Secret(textField(auth, 'client_token')),
    accessor: optionalTextField(auth, 'accessor') ?? '',
    leaseDurationSeconds: numberField(auth, 'lease_duration'),
    renewable: booleanField(auth, 'renewable'),
  };
}
