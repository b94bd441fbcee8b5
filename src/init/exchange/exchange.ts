import { sanitize } from '../../base/sanitize.ts';
import type { Secret } from '../../base/secret.ts';
import { FinalVaultError, RetryableVaultError } from '../../vault/client/vault-error.ts';
import type { ClientToken } from '../../vault/login/log-in.ts';
import { loginAppRole } from '../../vault/login/login-app-role.ts';
import { type Unwrapped, unwrapSecretId } from '../../vault/secret-id/unwrap-secret-id.ts';
import type { Answer, Result } from '../../wire/answer.ts';
import { TOKEN_GONE } from '../admission/candidates.ts';
import type { Job } from '../admission/intake.ts';
import type { Settings } from '../settings/settings.ts';
import type { Credential } from './credential.ts';
import { type PersistParts, persist } from './persist.ts';

export interface ExchangeParts extends PersistParts {
  readonly settings: Pick<Settings, 'mode' | 'roleId'>;
}

/** An exchange that ended without a credential: what to answer. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`${answer.result}: ${answer.reason}`);
    this.answer = answer;
  }
}

/**
 * Turns a wrapping token that was looked up and accepted into what the mode asks for, trying again
 * while Vault is away and the job's time lasts.
 * @throws ExchangeError
 */
export async function exchange(parts: ExchangeParts, job: Job): Promise<Credential> {
  const { mode, roleId } = parts.settings;
  const { token, ttl } = job.push;
  if (mode === 'wrapped-secret-id') return { kind: mode, wrappingToken: token, ttlSeconds: ttl };
  const unwrapped = await unwrap(parts, job);
  const { secretId, accessor } = unwrapped;
  if (mode === 'secret-id') return { kind: mode, secretId, accessor };
  return { kind: mode, token: await logIn(parts, job, roleId, unwrapped) };
}

type Opened = Extract<Unwrapped, { kind: 'unwrapped' }>;

async function unwrap(parts: ExchangeParts, job: Job): Promise<Opened> {
  const secrets = [job.push.token];
  let maybeUsed = false;
  try {
    const unwrapped = await persist(parts, { ...job, secrets }, async (options) => {
      try {
        return await unwrapSecretId(job.target.vault, job.push.token, options);
      } catch (error) {
        maybeUsed ||= error instanceof RetryableVaultError && error.maybeDone;
        throw error;
      }
    });
    if (unwrapped.kind === 'unwrapped') return unwrapped;
  } catch (error) {
    throw failed(error, maybeUsed, secrets);
  }
  if (!maybeUsed) throw new ExchangeError(TOKEN_GONE);
  const reason = `the answer to an unwrap was lost, and with it the secret_id (${job.target.address})`;
  throw new ExchangeError(answer('vault-unreachable', reason, true, secrets));
}

/**
 * A login whose answer was lost may have used the secret_id up: to try again then would be a login
 * that fails, and after five of these Vault locks the role for everybody (user lockout).
 */
async function logIn(
  parts: ExchangeParts,
  job: Job,
  roleId: string,
  { secretId, uses }: Opened,
): Promise<ClientToken> {
  const credentials = { mount: job.target.mount, roleId, secretId };
  const secrets = [job.push.token, secretId];
  let usesLeft = uses === 0 ? Number.POSITIVE_INFINITY : uses;
  try {
    return await persist(parts, { ...job, secrets }, async (options) => {
      try {
        return await loginAppRole(job.target.vault, credentials, options);
      } catch (error) {
        if (error instanceof RetryableVaultError && error.maybeDone) usesLeft -= 1;
        throw usesLeft > 0 ? error : failed(error, true, secrets);
      }
    });
  } catch (error) {
    throw failed(error, true, secrets);
  }
}

/** The answer to an error of Vault's; any other is passed on. */
function failed(error: unknown, tokenUsed: boolean, secrets: readonly Secret[]): unknown {
  if (error instanceof RetryableVaultError) {
    return new ExchangeError(answer('vault-unreachable', error.message, tokenUsed, secrets));
  }
  if (error instanceof FinalVaultError) {
    return new ExchangeError(answer('login-refused', error.message, tokenUsed, secrets));
  }
  return error;
}

/** Vault may repeat in one answer what an earlier request told it. */
function answer(
  result: Result,
  reason: string,
  tokenUsed: boolean,
  secrets: readonly Secret[],
): Answer {
  return { result, reason: sanitize(reason, secrets), tokenUsed };
}
