import { sanitize } from '../../base/sanitize.ts';
import type { CallOptions } from '../../vault/client/vault-client.ts';
import { FinalVaultError, RetryableVaultError } from '../../vault/client/vault-error.ts';
import { lookupWrappingToken } from '../../vault/secret-id/lookup-wrapping-token.ts';
import type { Push } from '../../wire/push.ts';
import type { Log } from '../log.ts';
import type { LookUpOutcome } from './admission.ts';
import { type CreationPathVerdict, judgeCreationPath } from './creation-path.ts';
import type { Target } from './target.ts';

/**
 * Asks Vault, without using it up, whether a pushed token is one to exchange here.
 * @throws the signal's reason
 */
export async function checkToken(
  push: Push,
  target: Target,
  log: Log,
  options: CallOptions,
): Promise<LookUpOutcome> {
  try {
    const found = await lookupWrappingToken(target.vault, push.token, options);
    if (found.kind === 'gone') return { kind: 'gone' };
    return outcomeOf(judgeCreationPath(found.creationPath, target.mount, target.role), log);
  } catch (error) {
    if (error instanceof RetryableVaultError) return { kind: 'failed', reason: error.message };
    if (!(error instanceof FinalVaultError)) throw error;
    return lookUpRefused(error, target, log);
  }
}

/** Vault before 0.8 has no lookup without a token: what cannot be checked must not be pinned. */
function lookUpRefused(error: FinalVaultError, { role }: Target, log: Log): LookUpOutcome {
  if (role === undefined) {
    log.warn({ reason: error.detail }, 'Vault does not look tokens up: unwrapping it unchecked');
    return { kind: 'accepted' };
  }
  return mismatch(`VAULT_APPROLE is ${role}, but Vault does not look tokens up: ${error.detail}`);
}

function outcomeOf(verdict: CreationPathVerdict, log: Log): LookUpOutcome {
  if (verdict.kind === 'refused') return mismatch(verdict.reason);
  if (verdict.kind === 'unchecked') {
    log.warn({}, 'Vault does not tell which role the token is for: unwrapping it unchecked');
  } else log.debug({ role: verdict.role }, 'the token is a secret_id of this role');
  return { kind: 'accepted' };
}

function mismatch(reason: string): LookUpOutcome {
  const answer = { result: 'pin-mismatch', reason: sanitize(reason), tokenUsed: false } as const;
  return { kind: 'refused', answer };
}
