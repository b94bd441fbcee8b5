import type { Clock } from '../../base/clock.ts';
import type { VaultClient } from '../client/vault-client.ts';
import { RetryableVaultError } from '../client/vault-error.ts';

/** Node's codes for a certificate that does not verify, or is not the host's. */
const CODES: ReadonlySet<unknown> = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether an error of Node's says that a peer's certificate was not accepted. */
export function isUntrusted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CODES.has(error.code);
}

/** However many requests fail for it, it is told no more often. */
const TELL_EVERY_MS = 30_000;

/** The same client, which also tells when Vault's certificate is not accepted, and why. */
export function tellingUntrusted(
  client: VaultClient,
  clock: Clock,
  tell: (words: string) => void,
): VaultClient {
  let tellAgainAt = Number.NEGATIVE_INFINITY;
  return {
    async send(request, options) {
      try {
        return await client.send(request, options);
      } catch (error) {
        const refused = error instanceof RetryableVaultError && isUntrusted(error.cause);
        if (refused && clock.now() >= tellAgainAt) {
          tellAgainAt = clock.now() + TELL_EVERY_MS;
          tell(error.detail);
        }
        throw error;
      }
    },
    close: () => client.close(),
  };
}
