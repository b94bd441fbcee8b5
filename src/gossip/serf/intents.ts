import type { Join, Leave } from '../serf-messages.ts';
import { isThere, type Known, type SerfStep, say, tellChange } from './state.ts';

/**
 * A member says that it has come. Returns whether that is news, to be passed on
 * (serf, handleNodeJoinIntent).
 */
export function hearJoin(step: SerfStep, { kind, time, node }: Join): boolean {
  const { members, clock } = step.state;
  clock.witness(time);
  const known = members.get(node);
  if (known === undefined) return remember(step, node, kind, time);
  if (time <= known.statusTime) return false;
  known.statusTime = time;
  // It left before that, and came back.
  if (known.status === 'leaving' && !isOurLeave(step, known)) known.status = 'alive';
  return true;
}

/**
 * A member says that it goes, or another that it is not to be waited for. Returns whether that is
 * news, to be passed on (serf, handleNodeLeaveIntent).
 */
export function hearLeave(step: SerfStep, { kind, time, node, prune }: Leave): boolean {
  const { members, clock, me, leaving } = step.state;
  clock.witness(time);
  const known = members.get(node);
  if (known === undefined) return remember(step, node, kind, time);
  if (time <= known.statusTime) return false;
  if (known === me && leaving.kind === 'no') {
    // Of a process that had our name before.
    sayJoin(step);
    return false;
  }
  known.statusTime = time;
  if (known.status === 'alive') known.status = 'leaving';
  if (known.status === 'failed') {
    known.status = 'left';
    tellChange(step, 'left', known);
  }
  if (prune && known !== me) forgetSoon(step, known);
  return true;
}

/** Says that we are there, later than anything that was said of us. */
export function sayJoin(step: SerfStep): void {
  const { clock, me } = step.state;
  const join: Join = { kind: 'join', time: clock.next(), node: me.node };
  hearJoin(step, join);
  say(step, join, 'intent');
}

/** Takes what was heard of a member before it was seen. */
export function applyIntent({ state }: SerfStep, known: Known): void {
  const intent = state.intents.get(known.node);
  if (intent === undefined) return;
  known.statusTime = intent.time;
  if (intent.kind === 'leave') known.status = 'leaving';
}

export function forgetIntents({ state, settings, now }: SerfStep): void {
  for (const [node, { heardAt }] of state.intents) {
    if (now - heardAt > settings.recentIntentTimeoutMs) state.intents.delete(node);
  }
}

function remember(step: SerfStep, node: string, kind: 'join' | 'leave', time: number): boolean {
  const { state, settings, now } = step;
  const older = state.intents.get(node);
  if (older === undefined && state.intents.size >= settings.mostIntents) return false;
  if (older !== undefined && older.time >= time) return false;
  state.intents.set(node, { kind, time, heardAt: now });
  return true;
}

/** Whoever is still leaving is given the time to do so. */
function forgetSoon({ settings, now }: SerfStep, known: Known): void {
  const { broadcastTimeoutMs, leavePropagateMs } = settings;
  known.forgetAt = isThere(known) ? now + broadcastTimeoutMs + leavePropagateMs : now;
}

function isOurLeave({ state }: SerfStep, known: Known): boolean {
  return known === state.me && state.leaving.kind !== 'no';
}
