import { backoffDelay } from '../../base/backoff.ts';
import type { KubeError } from '../api/kube-error.ts';
import type { RecorderReport } from './messages.ts';
import { RecentMap } from './recent-map.ts';
import { countDropped, type Sending, type Step } from './state.ts';
import type { Entry } from './waiting-list.ts';

/** Takes what the API server said of the request under way. */
export function recordAnswer(step: Step, error: KubeError | undefined): void {
  const { state } = step;
  const { sending } = state;
  if (sending === undefined) return;
  state.sending = undefined;
  if (error === undefined) return onWritten(step, sending);
  if (error.retryable || error.kind === 'unauthorized') return onFailing(step, sending, error);
  onAnswering(step);
  switch (error.kind) {
    case 'conflict':
      // The name is nobody else's: an earlier attempt, whose answer was lost, has made it.
      return onWritten(step, sending);
    case 'notFound':
      return onNotFound(step, sending, error);
    case 'forbidden':
      return onForbidden(step, sending, error);
    default:
      drop(step, sending, { kind: 'refused', error });
  }
}

function onWritten(step: Step, { entry, name, isNew, count }: Sending): void {
  const { state, settings } = step;
  onAnswering(step);
  if (isNew) state.written.set(entry.key, { name, count });
  if (!state.forbidden.delete(entry.notice.pod.namespace)) return;
  // Where one namespace's are allowed again, the others' may be, too.
  state.forbidden = new RecentMap(settings.mostRemembered);
  state.isForbiddenTold = false;
  report(step, { kind: 'allowed-again' });
}

function onFailing(step: Step, sending: Sending, error: KubeError): void {
  const { state, settings, now, random } = step;
  state.failures += 1;
  const asked = error.retryable ? error.retryAfterMs : 0;
  const retryInMs = asked + backoffDelay(settings.retry, state.failures, random);
  state.pausedUntil = now + retryInMs;
  if (state.failures === 1) report(step, { kind: 'failing', error, retryInMs });
  const attempts = sending.attempts + 1;
  if (attempts >= settings.mostAttempts) return countDropped(step, sending.entry.notice.type);
  // It was passed by an urgent one, which failed in its turn.
  if (state.again !== undefined) putBack(step, state.again.entry);
  state.again = { ...sending, attempts };
}

/** The API server is well, whatever it said. */
function onAnswering(step: Step): void {
  const { state } = step;
  if (state.failures > 0) report(step, { kind: 'recovered' });
  state.failures = 0;
  state.pausedUntil = 0;
}

/** Events live for an hour by default: one that is gone is begun anew. Else its namespace is gone. */
function onNotFound(step: Step, sending: Sending, error: KubeError): void {
  const { state } = step;
  if (sending.isNew) return drop(step, sending, { kind: 'refused', error });
  state.written.delete(sending.entry.key);
  putBack(step, sending.entry);
}

function putBack(step: Step, entry: Entry): void {
  const displaced = step.state.waiting.add(entry);
  if (displaced !== undefined) countDropped(step, displaced.notice.type);
}

function onForbidden(step: Step, sending: Sending, error: KubeError): void {
  const { state, settings, now } = step;
  if (isTerminating(error)) return drop(step, sending, { kind: 'refused', error });
  const retryInMs = settings.forbiddenMs;
  state.forbidden.set(sending.entry.notice.pod.namespace, now + retryInMs);
  if (state.isForbiddenTold) return;
  state.isForbiddenTold = true;
  report(step, { kind: 'forbidden', error, retryInMs });
}

/** In a namespace that is being deleted nothing may be made any more, by anybody. */
function isTerminating({ detail }: KubeError): boolean {
  return detail.includes('because it is being terminated');
}

function drop(step: Step, { entry }: Sending, told: RecorderReport): void {
  countDropped(step, entry.notice.type);
  report(step, told);
}

function report({ actions }: Step, content: RecorderReport): void {
  actions.push({ kind: 'report', report: content });
}
