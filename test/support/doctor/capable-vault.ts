import type { VaultRequest } from '../../../src/vault/client/vault-client.ts';
import { FinalVaultError } from '../../../src/vault/client/vault-error.ts';

/** A Vault that allows these capabilities at these paths, and has what `reads` says. */
export function vaultThat(
  allows: Readonly<Record<string, readonly string[]>>,
  reads: 'found' | 'missing',
) {
  const requests: VaultRequest[] = [];
  const send = async (request: VaultRequest) => {
    requests.push(request);
    if (request.method === 'POST') return JSON.stringify({ data: allows });
    if (reads === 'missing') throw new FinalVaultError('missing', 'read', 'HTTP 404');
    return '{}';
  };
  return { send, requests, close: () => {} };
}
