import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for a condition of the real world: calls `probe` until it gives something other than
 * undefined, null or false, and returns that.
 * @throws after `withinMs` milliseconds, naming `what` was waited for and the last error of `probe`
 */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = 10_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + withinMs;
  let lastError: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined && found !== null && found !== false) {
        return found as NonNullable<Exclude<T, false>>;
      }
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`waited ${withinMs} ms in vain until ${what}`, { cause: lastError });
    }
    await sleep(10);
  }
}

/**
 * Waits for a promise, but not for ever.
 * @throws what it rejects with, or after `withinMs` milliseconds, naming `what` was waited for
 */
export async function within<T>(what: string, promise: Promise<T>, withinMs = 10_000): Promise<T> {
  const late = new AbortController();
  const deadline = sleep(withinMs, undefined, { signal: late.signal }).then(() => {
    throw new Error(`waited ${withinMs} ms in vain until ${what}`);
  });
  deadline.catch(() => undefined);
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    late.abort();
  }
}
