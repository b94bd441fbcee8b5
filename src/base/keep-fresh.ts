import { type Backoff, backoffDelay } from './backoff.ts';
import type { Cancel, Clock } from './clock.ts';
import type { Random } from './random.ts';

/** Whatever an issuer says of how long things live, it is asked no more often than this. */
const SHORTEST_RENEWAL_MS = 5_000;

/** In how many ms to renew what lives for another `lifeMs`: at half of that, and never at once. */
export function renewalDelay(lifeMs: number): number {
  return Math.max(SHORTEST_RENEWAL_MS, lifeMs / 2);
}

export interface FreshParts<T> {
  readonly load: () => Promise<T>;
  /** Takes what was loaded, and says in how many ms to load it anew; where it throws, it has failed. */
  readonly onLoaded: (value: T) => number;
  /** What was loaded before stays as it is. */
  readonly onFailed: (error: unknown, retryInMs: number) => void;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Loads something now, again when it is time, and after failures with backoff, for as long as it
 * takes. Never twice at the same time. Returns what ends it.
 */
export function keepFresh<T>(parts: FreshParts<T>): Cancel {
  const { load, onLoaded, onFailed, backoff, clock, random } = parts;
  let failures = 0;
  let ended = false;
  let cancel: Cancel = () => {};

  const wait = (dueAt: number): void => {
    if (ended) return;
    // A long timer may wake early.
    cancel = clock.callAt(dueAt, () => (clock.now() < dueAt ? wait(dueAt) : void run()));
  };
  const run = async (): Promise<void> => {
    wait(clock.now() + (await outcome()));
  };
  const outcome = async (): Promise<number> => {
    try {
      const value = await load();
      if (ended) return 0;
      const againInMs = onLoaded(value);
      failures = 0;
      return againInMs;
    } catch (error) {
      failures += 1;
      const retryInMs = backoffDelay(backoff, failures, random());
      if (!ended) onFailed(error, retryInMs);
      return retryInMs;
    }
  };
  void run();
  return () => {
    ended = true;
    cancel();
  };
}
