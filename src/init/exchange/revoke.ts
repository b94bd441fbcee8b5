import { messageOf } from '../../base/message-of.ts';
import type { Secret } from '../../base/secret.ts';
import type { VaultClient } from '../../vault/client/vault-client.ts';
import { isVaultError } from '../../vault/client/vault-error.ts';
import { revokeSelf } from '../../vault/token/revoke-self.ts';
import { type PersistParts, persist } from './persist.ts';

interface Revocation {
  readonly token: Secret;
  /** For the log: the way to the token in Vault's audit log. */
  readonly about: Readonly<Record<string, string>>;
  readonly withinMs: number;
}

/**
 * Revokes a token that nobody will use any more, trying again while Vault is away and the time lasts.
 * @returns whether Vault has done so; why not is in the log
 */
export async function revoke(
  parts: PersistParts,
  vault: VaultClient,
  { token, about, withinMs }: Revocation,
): Promise<boolean> {
  const { clock, log } = parts;
  const bounds = { deadlineAt: clock.now() + withinMs, secrets: [token] };
  try {
    await persist(parts, bounds, (options) => revokeSelf(vault, token, options));
    log.info(about, 'revoked the token');
    return true;
  } catch (error) {
    if (!isVaultError(error)) throw error;
    const reason = messageOf(error);
    log.warn({ ...about, reason }, 'could not revoke the token: it is good until its TTL is over');
    return false;
  }
}
