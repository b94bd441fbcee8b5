import type { KubeError } from '../../kube/api/kube-error.ts';
import { report, type Step } from './state.ts';

/** Where a person has to mend something first: rights, most often. */
const SLOW_RETRY_MS = 2_000;
/** Up to so much of a pause is jitter. */
const JITTER = 0.25;

/** Has nothing asked for a while, and tells of the error, unless the one before was of the same kind. */
export function failed(step: Step, verb: 'read' | 'write', error: KubeError): void {
  const { state, now, random } = step;
  state.pausedUntil = now + pauseMs(step, error) * (1 + JITTER * random);
  const before = state.failing.get(verb);
  state.failing.set(verb, error);
  if (before?.kind !== error.kind) report(step, { kind: 'failing', error });
}

/** A leader has no more time than its renew deadline, whatever the server asks for. */
function pauseMs({ settings }: Step, error: KubeError): number {
  if (!error.retryable) return SLOW_RETRY_MS;
  return Math.min(Math.max(settings.retryMs, error.retryAfterMs), settings.renewEveryMs);
}

export function succeeded(step: Step, verb: 'read' | 'write'): void {
  step.state.pausedUntil = 0;
  recover(step, [verb]);
}

/**
 * A standby that failed to take a Lease which changed meanwhile may have nothing to ask any more, and
 * would never learn that it could. Even that it may not is forgotten when another holds the Lease:
 * controllers share a service account, and so their rights.
 */
export function heardOfLease(step: Step): void {
  const { role, failing, known } = step.state;
  if (role.kind === 'leading') return;
  const isHeld = known?.lease?.holder !== undefined;
  recover(
    step,
    [...failing].flatMap(([verb, error]) => (isHeld || error.retryable ? [verb] : [])),
  );
}

function recover(step: Step, verbs: readonly ('read' | 'write')[]): void {
  const { failing } = step.state;
  if (failing.size === 0) return;
  for (const verb of verbs) failing.delete(verb);
  if (failing.size === 0) report(step, { kind: 'recovered' });
}
