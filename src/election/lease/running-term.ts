import type { Term } from '../election.ts';

/** A term, and how it goes on and comes to its end. */
export interface RunningTerm {
  readonly term: Term;
  /** Milliseconds, monotonic. */
  extend(until: number): void;
  end(): void;
}

export function runningTerm(until: number): RunningTerm {
  const controller = new AbortController();
  const { signal } = controller;
  let validUntil = until;
  return {
    term: { signal, isValid: (now) => !signal.aborted && now < validUntil },
    extend(until) {
      validUntil = until;
    },
    end: () => controller.abort(),
  };
}
