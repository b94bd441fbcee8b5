import { type RoleName, secretIdPath } from '../../wire/role-name.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';
import { isVaultError } from '../client/vault-error.ts';

export interface MintedAccessor {
  readonly mount: string;
  readonly role: RoleName;
  /** The secret_id's own, not the wrapping token's. */
  readonly accessor: string;
}

/**
 * Makes a secret_id useless without having seen it; one that is gone already is as good.
 * Vault API: AppRole, "Destroy AppRole secret ID accessor".
 * @throws VaultError: `denied` where the policy does not allow it
 */
export async function destroySecretId(
  client: VaultClient,
  { mount, role, accessor }: MintedAccessor,
  options?: CallOptions,
): Promise<void> {
  try {
    await client.send(
      {
        name: `destroy a secret_id of role ${role}`,
        method: 'POST',
        path: `${secretIdPath(mount, role)}-accessor/destroy`,
        body: { secret_id_accessor: accessor },
      },
      options,
    );
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** OpenBao says so with 500, Vault with 404: `failed to find accessor entry for secret_id_accessor: …`. */
function isGone(error: unknown): boolean {
  return isVaultError(error) && error.detail.includes('failed to find accessor entry');
}
