import { endTerm } from './leading.ts';
import type { LeaseSettings } from './messages.ts';
import type { LeaseState, Move, Step } from './state.ts';

/** Acts no longer, and gives the Lease back if it is ours, or comes to be by a write under way. */
export function handOver(step: Step): void {
  const { state, settings, now } = step;
  if (state.role.kind === 'handing-over') return;
  endTerm(step, 'handed-over');
  state.role = { kind: 'handing-over', endsAt: now + settings.handOverMs };
  state.pausedUntil = 0;
}

export function handingOverMove(state: LeaseState, { identity }: LeaseSettings): Move {
  const { known, readAt, isUnsure } = state;
  if (known?.lease?.holder !== identity) return { at: 0, kind: isUnsure ? 'read' : 'end' };
  return { at: 0, kind: readAt === undefined ? 'release' : 'read' };
}
