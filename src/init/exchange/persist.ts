import { type Backoff, backoffDelay } from '../../base/backoff.ts';
import { type Clock, pause } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { sanitize } from '../../base/sanitize.ts';
import type { Secret } from '../../base/secret.ts';
import type { CallOptions } from '../../vault/client/vault-client.ts';
import { RetryableVaultError } from '../../vault/client/vault-error.ts';
import type { Log } from '../log.ts';

export interface PersistParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface Bounds {
  /** On the clock: no attempt begins later, nor lasts longer. */
  readonly deadlineAt: number;
  /** What Vault may repeat in its errors. */
  readonly secrets: readonly Secret[];
}

const BETWEEN_ATTEMPTS: Backoff = { baseMs: 100, capMs: 2_000 };
/** One request; a Vault that goes away in the middle must leave time for another. */
const ATTEMPT_MS = 6_000;

/**
 * Attempts until one succeeds, fails for good, or the next would come too late.
 * @throws what the last attempt has thrown
 */
export async function persist<T>(
  { clock, random, log }: PersistParts,
  { deadlineAt, secrets }: Bounds,
  attempt: (options: CallOptions) => Promise<T>,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    const leftMs = Math.max(0, deadlineAt - clock.now());
    try {
      return await attempt({ deadlineMs: Math.min(ATTEMPT_MS, leftMs) });
    } catch (error) {
      const delay = backoffDelay(BETWEEN_ATTEMPTS, failures, random());
      const hopeless = !(error instanceof RetryableVaultError);
      if (hopeless || clock.now() + delay >= deadlineAt) throw error;
      log.debug({ reason: sanitize(error.message, secrets) }, 'Vault is away: trying again');
      await pause(clock, delay);
    }
  }
}
