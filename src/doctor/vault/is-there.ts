import type { VaultClient } from '../../vault/client/vault-client.ts';
import { FinalVaultError } from '../../vault/client/vault-error.ts';

/**
 * Whether there is something to read at a path that the client's token may read.
 * @throws VaultError
 */
export async function isThere(client: VaultClient, path: string): Promise<boolean> {
  try {
    await client.send({ name: `read ${path}`, method: 'GET', path });
    return true;
  } catch (error) {
    if (error instanceof FinalVaultError && error.kind === 'missing') return false;
    throw error;
  }
}
