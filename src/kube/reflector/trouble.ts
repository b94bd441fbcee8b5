import { backoffDelay } from '../../base/backoff.ts';
import type { KubeError } from '../api/kube-error.ts';
import type { Step } from './state.ts';

/** How many milliseconds to wait after the `failures`-th failure in a row. */
export function retryDelay({ settings, random }: Step, error: KubeError, failures: number): number {
  const backoff = backoffDelay(
    error.retryable ? settings.retry : settings.slowRetry,
    failures,
    random,
  );
  return error.retryable ? error.retryAfterMs + backoff : backoff;
}

/**
 * How many failures in a row this one makes, after so many. What a person must mend begins to count
 * anew: an API server that is back refuses for a moment what it allows (its own view of the rights
 * is not there yet), and is not to be left alone for long then because it was away for long before.
 */
export function inARow(
  { state }: Step,
  verb: 'list' | 'watch',
  error: KubeError,
  before: number,
): number {
  const isNew = !error.retryable && state.failing.get(verb) !== error.kind;
  return isNew ? 1 : before + 1;
}

/** Whether the server no longer knows the moment that we asked about, so that asking again is in vain. */
export function isLostMoment(error: KubeError): boolean {
  return error.kind === 'gone' || error.kind === 'rejected';
}

/** Reports a failure, if the one before was not of the same kind. */
export function failing(
  { state, actions }: Step,
  verb: 'list' | 'watch',
  error: KubeError,
  retryInMs: number,
): void {
  if (state.failing.get(verb) === error.kind) return;
  state.failing.set(verb, error.kind);
  actions.push({ kind: 'report', report: { kind: 'failing', verb, error, retryInMs } });
}

export function recovered({ state, actions }: Step, verb: 'list' | 'watch'): void {
  if (!state.failing.delete(verb)) return;
  actions.push({ kind: 'report', report: { kind: 'recovered', verb } });
}
