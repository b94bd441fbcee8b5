import type { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { Logger } from '../logger.ts';

/** What every function takes that keeps something up to date. */
export interface Upkeep {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
}

/** How often files are read again. Watching them would miss the links that a kubelet swaps. */
export const LOOK_EVERY_MS = 5_000;
/** A file that cannot be used is looked at again as often: it costs next to nothing. */
export const FILE_RETRY: Backoff = { baseMs: 1_000, capMs: LOOK_EVERY_MS };
/** Vault is not to be asked often for what it refuses. */
export const VAULT_RETRY: Backoff = { baseMs: 1_000, capMs: 60_000 };
