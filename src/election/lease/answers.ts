import type { KubeError } from '../../kube/api/kube-error.ts';
import { handedOver } from './handing-over.ts';
import { held } from './leading.ts';
import type { LeaseInput } from './messages.ts';
import { adoptAbsence, adoptAnswer } from './observing.ts';
import { isSameLease, type Request, report, type Step } from './state.ts';
import { failed, succeeded } from './trouble.ts';

type Answer = Extract<LeaseInput, { request: number }>;

/** So long the watch may take to show what a standby's write conflicted with. */
const WATCH_MS = 250;

/** Takes the answer of the request under way; whoever's role it was begun in, it tells of the Lease. */
export function takeAnswer(step: Step, answer: Answer): void {
  const { state } = step;
  const { request } = state;
  if (request === undefined || request.id !== answer.request) return;
  state.request = undefined;
  if (answer.kind === 'failed') return takeFailure(step, request, answer.error);
  const { lease } = answer;
  succeeded(step, answer.kind === 'read' ? 'read' : 'write');
  if (lease === undefined) adoptAbsence(step, request);
  else adoptAnswer(step, request, { version: lease.version, lease });
  state.readAt = undefined;
  state.isUnsure = false;
  const { ask } = request;
  if (ask.kind === 'release') handedOver(state);
  if (ask.kind !== 'hold') return;
  held(step, ask.cause, request);
  report(step, { kind: 'renewed', ms: step.now - request.startedAt });
}

function takeFailure(step: Step, request: Request, error: KubeError): void {
  const { state, now } = step;
  if (request.ask.kind === 'read') return failed(step, 'read', error);
  const wasThere = request.knew?.lease !== undefined;
  if (error.kind === 'conflict') return takeConflict(step, request);
  if (error.kind === 'notFound' && wasThere) {
    succeeded(step, 'write');
    return adoptAbsence(step, request);
  }
  failed(step, 'write', error);
  if (error.retryable && request.ask.kind === 'hold') state.isUnsure = true;
  if (error.kind === 'rejected') state.readAt = now;
}

/** Somebody wrote meanwhile: ourselves, it may be, by a write of which only an error was heard. */
function takeConflict(step: Step, { knew }: Request): void {
  const { state, now } = step;
  succeeded(step, 'write');
  if (!isSameLease(state.known?.lease, knew?.lease)) return;
  state.readAt = state.role.kind === 'standby' ? now + WATCH_MS : now;
}
