import type { Metrics } from '../../telemetry/metrics/metrics.ts';
import type { VaultClient } from '../../vault/client/vault-client.ts';
import { isVaultError } from '../../vault/client/vault-error.ts';

/** The same client, whose every answer shows whether Vault serves the controller: a refusal is an answer too. */
export function measuringVault(
  client: VaultClient,
  { vaultUp }: Pick<Metrics['credentials'], 'vaultUp'>,
): VaultClient {
  return {
    ...client,
    async send(request, options) {
      try {
        const body = await client.send(request, options);
        vaultUp.set(1);
        return body;
      } catch (error) {
        if (isVaultError(error)) vaultUp.set(error.retryable ? 0 : 1);
        throw error;
      }
    },
  };
}
