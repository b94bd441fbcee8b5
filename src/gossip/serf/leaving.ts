import { LEFT } from '../core/surface.ts';
import { hearLeave } from './intents.ts';
import { isThere, type SerfStep, say } from './state.ts';

const INTENT = 'intent';

/** First says that we will go, then that we are gone: nobody takes it for a failure (serf, Leave). */
export function beginToLeave(step: SerfStep): void {
  const { state, settings, now } = step;
  if (state.leaving.kind !== 'no') return;
  state.leaving = { kind: 'intent', until: now + settings.broadcastTimeoutMs };
  const { node } = state.me;
  const leave = { kind: 'leave', time: state.clock.next(), node, prune: false } as const;
  hearLeave(step, leave);
  const others = [...state.members.values()].filter((known) => known !== state.me);
  if (others.some(isThere)) say(step, leave, 'intent', INTENT);
  else goBelow(step);
}

/** A message of our leaving has been sent as often as it is to be. */
export function hearTold(step: SerfStep, token: string): void {
  const { kind } = step.state.leaving;
  if (kind === 'intent' && token === INTENT) goBelow(step);
  if (kind === 'gone' && token === LEFT) linger(step);
}

export function leaveOn(step: SerfStep): void {
  const { state, now, actions } = step;
  const { leaving } = state;
  if (leaving.kind === 'no' || leaving.kind === 'left' || leaving.until > now) return;
  if (leaving.kind === 'intent') return goBelow(step);
  if (leaving.kind === 'gone') return linger(step);
  state.leaving = { kind: 'left' };
  state.me.status = 'left';
  actions.push({ kind: 'left' });
}

function goBelow({ state, settings, now, below }: SerfStep): void {
  state.leaving = { kind: 'gone', until: now + settings.broadcastTimeoutMs };
  below.push({ kind: 'leave' });
}

function linger({ state, settings, now }: SerfStep): void {
  state.leaving = { kind: 'lingering', until: now + settings.leavePropagateMs };
}
