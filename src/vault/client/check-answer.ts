import { sanitize } from '../../base/sanitize.ts';
import type { Secret } from '../../base/secret.ts';
import type { HttpAnswer } from './http-round-trip.ts';
import { FinalVaultError, RetryableVaultError, type VaultError } from './vault-error.ts';

/**
 * The body of a 2xx answer; any other becomes the error that says what Vault meant by it.
 * @param secrets what was sent, which an error text may repeat
 * @throws VaultError
 */
export function checkAnswer(name: string, answer: HttpAnswer, secrets: readonly Secret[]): string {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw errorOf(name, answer, secrets);
}

function errorOf(name: string, answer: HttpAnswer, secrets: readonly Secret[]): VaultError {
  const { status, origin, body } = answer;
  const words = vaultsWords(body);
  const text = sanitize((words ?? body).trim(), secrets);
  const detail = `HTTP ${status} from ${origin}${text === '' ? '' : `: ${text}`}`;
  if (status === 429) return new RetryableVaultError('throttled', name, detail);
  if (status >= 500) {
    // Even after 503: a Vault that is sealed amid a login has used the secret_id up (OpenBao 2.7).
    return new RetryableVaultError('unavailable', name, detail, { maybeDone: true });
  }
  // A proxy's own 403 or 404 says nothing about a role: only an answer of Vault's is final.
  if (status < 400 || words === undefined) {
    return new RetryableVaultError('malformed', name, `${detail} (not of Vault's making)`);
  }
  if (status === 403) return new FinalVaultError('denied', name, detail);
  if (status === 404) return new FinalVaultError('missing', name, detail);
  return new FinalVaultError('rejected', name, detail);
}

/** What stands in `{"errors": [...]}`, or undefined where the body is nothing of Vault's. */
function vaultsWords(body: string): string | undefined {
  try {
    const { errors } = JSON.parse(body) as { errors?: unknown };
    if (!Array.isArray(errors)) return undefined;
    return errors.filter((word) => typeof word === 'string').join('; ');
  } catch {
    return undefined;
  }
}
