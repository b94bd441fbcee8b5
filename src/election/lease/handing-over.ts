import { endTerm } from './leading.ts';
import type { LeaseSettings } from './messages.ts';
import type { LeaseState, Move, Role, Step } from './state.ts';

/** Acts no longer, and gives the Lease back if it is ours, or comes to be by a write under way. */
export function handOver(step: Step): void {
  if (isLeaving(step.state.role)) return;
  endTerm(step, 'handed-over');
  giveBack(step, 'ended');
}

/** As to hand over, but takes part further, and may stand again before that is done. */
export function sit(step: Step): void {
  const { role } = step.state;
  if (role.kind === 'watching' || role.kind === 'handing-over') return;
  endTerm(step, 'deposed');
  giveBack(step, 'watching');
}

function giveBack({ state, settings, now }: Step, next: 'watching' | 'ended'): void {
  state.role = { kind: 'handing-over', endsAt: now + settings.handOverMs, next };
  state.pausedUntil = 0;
}

/** It is over: there is nothing to give back any more, or no time. */
export function handedOver(state: LeaseState): void {
  if (state.role.kind === 'handing-over') state.role = { kind: state.role.next };
}

/** Whether it will not stand again. */
export function isLeaving(role: Role): boolean {
  return role.kind === 'ended' || (role.kind === 'handing-over' && role.next === 'ended');
}

export function handingOverMove(state: LeaseState, { identity }: LeaseSettings): Move {
  const { known, readAt, isUnsure } = state;
  if (known?.lease?.holder !== identity) return { at: 0, kind: isUnsure ? 'read' : 'end' };
  return { at: 0, kind: readAt === undefined ? 'release' : 'read' };
}
