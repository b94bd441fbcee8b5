import type { Merged } from '../core/surface.ts';
import type { SerfState } from '../serf-messages.ts';
import { hearEvent } from './events.ts';
import { hearJoin, hearLeave, sayJoin } from './intents.ts';
import type { SerfStep, SerfWorld } from './state.ts';

/** What we know, for another (serf, LocalState). */
export function ownState({ members, clock, events, queries }: SerfWorld): SerfState {
  const all = [...members.values()];
  return {
    time: clock.time,
    statusTimes: new Map(all.map(({ node, statusTime }) => [node, statusTime])),
    left: all.filter(({ status }) => status === 'left').map(({ node }) => node),
    eventTime: events.clock.time,
    events: events.entries().map(({ time, seen }) => ({ time, events: seen })),
    queryTime: queries.clock.time,
  };
}

/** Takes in what another knows; whoever joined says so then (serf, MergeRemoteState and Join). */
export function hearState(step: SerfStep, { userState, isOurJoin }: Merged): void {
  const { state, settings, actions } = step;
  const theirs = settings.codec.decodeState(userState);
  if (theirs === undefined) actions.push({ kind: 'unreadable' });
  else merge(step, theirs, isOurJoin && !state.hasJoined);
  if (!isOurJoin || state.leaving.kind !== 'no') return;
  state.hasJoined = true;
  sayJoin(step);
}

function merge(step: SerfStep, theirs: SerfState, isFirst: boolean): void {
  const { clock, events, queries } = step.state;
  // Their times are those of what comes next, which nobody has said yet.
  clock.witness(theirs.time - 1);
  events.clock.witness(theirs.eventTime - 1);
  queries.clock.witness(theirs.queryTime - 1);
  const left = new Set(theirs.left);
  for (const node of left) {
    // The time of its leaving is not told: it is after all that is known of it.
    const time = (theirs.statusTimes.get(node) ?? 0) + 1;
    hearLeave(step, { kind: 'leave', time, node, prune: false });
  }
  for (const [node, time] of theirs.statusTimes) {
    if (!left.has(node)) hearJoin(step, { kind: 'join', time, node });
  }
  // What was before us is nothing to us.
  if (isFirst) events.ignoreBefore(theirs.eventTime);
  for (const { time, events: seen } of theirs.events) {
    for (const event of seen) hearEvent(step, { kind: 'event', time, ...event, coalesce: false });
  }
}
