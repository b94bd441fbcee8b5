/** How long to wait between attempts: `baseMs` doubled at each one, `capMs` at most. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * The milliseconds to wait after the `attempt`-th failure (1 for the first).
 * The upper half is jitter: `random` (0 to 1) spreads attempts that failed together.
 */
export function backoffDelay(backoff: Backoff, attempt: number, random: number): number {
  const full = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(attempt - 1, 30));
  return full / 2 + (full / 2) * random;
}
