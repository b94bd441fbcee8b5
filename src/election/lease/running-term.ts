import type { Term } from '../election.ts';

/** A term, and how it goes on and comes to its end. */
export interface RunningTerm {
  readonly term: Term;
  /** Milliseconds, monotonic. */
  extend(until: number): void;
  end(): void;
}

/** @param mayAct a condition of others', which may end before anything can end the term */
export function runningTerm(until: number, mayAct: (now: number) => boolean): RunningTerm {
  const controller = new AbortController();
  const { signal } = controller;
  let validUntil = until;
  return {
    term: { signal, isValid: (now) => !signal.aborted && now < validUntil && mayAct(now) },
    extend(until) {
      validUntil = until;
    },
    end: () => controller.abort(),
  };
}
