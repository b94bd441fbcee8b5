import { Secret } from '../../base/secret.ts';
import type { ClientToken } from '../../vault/login/log-in.ts';
import type { Mode } from '../settings/settings.ts';

/** What an exchange ends in, by the mode that asks for it. */
export type Credential =
  | { readonly kind: 'token'; readonly token: ClientToken }
  | { readonly kind: 'secret-id'; readonly secretId: Secret; readonly accessor: string }
  | {
      readonly kind: 'wrapped-secret-id';
      readonly wrappingToken: Secret;
      readonly ttlSeconds: number;
    };

export const CREDENTIAL_FILE: Readonly<Record<Mode, string>> = {
  token: 'vault-token',
  'secret-id': 'vault-secret-id',
  'wrapped-secret-id': 'vault-wrapped-secret-id',
};

/**
 * The credential as its file holds it: the original's JSON, in its order of keys.
 * vault-sidekick reads the first (`AUTH_FORMAT=kubernetes-vault`).
 * @param used the role_id, and the address of the Vault that the credential is of
 */
export function encodeCredential(
  credential: Credential,
  { roleId, vaultAddr }: { readonly roleId: string; readonly vaultAddr: string },
): Secret {
  return new Secret(JSON.stringify(fieldsOf(credential, roleId, vaultAddr)));
}

function fieldsOf(credential: Credential, roleId: string, vaultAddr: string): object {
  switch (credential.kind) {
    case 'token': {
      const { token, accessor, leaseDurationSeconds: leaseDuration, renewable } = credential.token;
      return { clientToken: token.reveal(), accessor, leaseDuration, renewable, vaultAddr };
    }
    case 'secret-id': {
      const { secretId, accessor } = credential;
      return { roleId, secretId: secretId.reveal(), accessor, vaultAddr };
    }
    case 'wrapped-secret-id': {
      const { wrappingToken, ttlSeconds: ttl } = credential;
      return { roleId, wrappedSecretId: wrappingToken.reveal(), vaultAddr, ttl };
    }
  }
}
