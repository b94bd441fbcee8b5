import { FinalVaultError } from '../client/vault-error.ts';

/**
 * Whether Vault said that a wrapping token is used up, expired, revoked or none at all: it answers
 * all of these alike.
 */
export function saysTokenGone(error: unknown): boolean {
  return (
    error instanceof FinalVaultError &&
    error.kind === 'rejected' &&
    error.detail.includes('wrapping token is not valid or does not exist')
  );
}
