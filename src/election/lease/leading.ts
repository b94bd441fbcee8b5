import type { TermEnd } from './messages.ts';
import {
  type HoldCause,
  isSameClaim,
  type Leading,
  type LeaseState,
  type Move,
  type Request,
  report,
  type Step,
} from './state.ts';

/**
 * A write that holds the Lease, begun at `startedAt` in the name of `claim`, has come to be: acts for as
 * long as it allows. Who claims something else by now writes it anew, and acts by that.
 */
export function held(step: Step, cause: HoldCause, { startedAt, claim }: Request): void {
  const { state, settings, now, actions } = step;
  const { role } = state;
  if ('claim' in role && !isSameClaim(role.claim, claim)) return;
  const until = startedAt + settings.renewDeadlineMs;
  const isOurs = state.known?.lease?.holder === settings.identity;
  // An admission webhook may have taken our name off again: not to be tried without a pause.
  if (!isOurs) state.pausedUntil = now + settings.retryMs;
  if (!isOurs || until <= now) return;
  const renewAt = startedAt + settings.renewEveryMs;
  if (role.kind === 'leading') state.role = { ...role, until, renewAt };
  else if (role.kind === 'standby')
    state.role = { kind: 'leading', beganAt: now, until, renewAt, claim: role.claim };
  else return;
  actions.push({ kind: 'act', until });
  if (role.kind === 'leading') return;
  report(step, { kind: 'term-began', cause: cause === 'renewal' ? 'resumed' : cause });
}

/** Acts no longer, if it did; it may come to again. */
export function endTerm(step: Step, end: TermEnd): void {
  const { state, now, actions } = step;
  const { role } = state;
  if (role.kind !== 'leading') return;
  state.role = { kind: 'standby', since: now, claim: role.claim };
  actions.push({ kind: 'rest' });
  report(step, { kind: 'term-ended', end });
}

/** A deleted Lease is made again at once, while those who knew its holder still wait. */
export function leadingMove({ known, readAt }: LeaseState, { renewAt }: Leading): Move {
  if (readAt !== undefined) return { at: readAt, kind: 'read' };
  const at = known?.lease === undefined ? 0 : renewAt;
  return { at, kind: 'hold', cause: 'renewal' };
}
