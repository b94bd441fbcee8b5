import type { Clock } from '../../base/clock.ts';

/** Something that is read again from time to time, and in between comes from memory. */
export interface CachedValue<T> {
  /** The value, at most its lifetime old; older only where reading it again has failed. */
  get(): Promise<T>;
  /** The value is of no use any more: the next `get` reads it again, or fails. */
  forget(): void;
}

/** A value that `load` reads, at most once in `lifetimeMs` milliseconds, for any number of askers. */
export function cachedValue<T>(
  clock: Clock,
  lifetimeMs: number,
  load: () => Promise<T>,
): CachedValue<T> {
  let known: { readonly value: T } | undefined;
  let loading: Promise<T> | undefined;
  let loadAgainAt = Number.NEGATIVE_INFINITY;

  const reload = async (): Promise<T> => {
    try {
      const value = await load();
      known = { value };
      return value;
    } catch (error) {
      if (known === undefined) throw error;
      return known.value;
    } finally {
      loading = undefined;
      loadAgainAt = clock.now() + lifetimeMs;
    }
  };
  return {
    get() {
      if (known !== undefined && clock.now() < loadAgainAt) return Promise.resolve(known.value);
      loading ??= reload();
      return loading;
    },
    forget() {
      known = undefined;
    },
  };
}
