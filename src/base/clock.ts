/** Cancels what it was returned for; harmless when that has already happened. */
export type Cancel = () => void;

/** Time as every part of the program sees it; tests pass a virtual one. */
export interface Clock {
  /** Milliseconds on a monotonic clock whose zero means nothing. */
  now(): number;
  /** Milliseconds since the Unix epoch, as the machine believes them: for people, never for decisions. */
  wallClock(): number;
  /** Calls `wake` once, when `now()` has reached `at` or soon after. */
  callAt(at: number, wake: () => void): Cancel;
}

/** Node refuses delays beyond 2^31-1 ms; a longer timer wakes early, which every caller allows for. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
  callAt(at, wake) {
    const delay = Math.min(Math.max(0, at - performance.now()), LONGEST_TIMER_MS);
    const timer = setTimeout(wake, delay);
    return () => clearTimeout(timer);
  },
};

/**
 * Resolves when `ms` milliseconds have passed on `clock`.
 * @throws the signal's reason, as soon as it aborts
 */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.callAt(clock.now() + ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** A signal that aborts with `reason()` when `ms` milliseconds have passed on `clock`, and what cancels that. */
export function deadline(
  clock: Clock,
  ms: number,
  reason: () => Error,
): { signal: AbortSignal; cancel: Cancel } {
  const controller = new AbortController();
  const cancel = clock.callAt(clock.now() + ms, () => controller.abort(reason()));
  return { signal: controller.signal, cancel };
}
