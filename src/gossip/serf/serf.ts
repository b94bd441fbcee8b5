import type { Random } from '../../base/random.ts';
import { createGossipCore, type GossipCore } from '../core/core.ts';
import type { GossipAction } from '../core/surface.ts';
import type { PushPull } from '../messages.ts';
import { hearEvent, hearQuery, sayEvent } from './events.ts';
import { hearState, ownState } from './exchange.ts';
import { forgetIntents, hearJoin, hearLeave } from './intents.ts';
import { beginToLeave, hearTold, leaveOn } from './leaving.ts';
import { hearChange } from './members.ts';
import { forgottenAt, reap, reconnect } from './reaping.ts';
import { initialSerf, type SerfSettings, type SerfStep, type SerfWorld, say } from './state.ts';
import type { SerfAction, SerfInput, SerfMember } from './surface.ts';

/**
 * A member of a serf cluster: hashicorp/serf's rules above memberlist's, which tell a member that
 * left from one that failed. Pure: it is told what happened and when.
 */
export interface Serf {
  /** `now` in monotonic milliseconds, never less than before. */
  step(input: SerfInput, now: number): SerfAction[];
  /** When `step` wants to be called with `wake`, if nothing comes before. */
  nextWake(): number | undefined;
  /** All that are known, ourselves first. */
  members(): SerfMember[];
}

export function createSerf(settings: SerfSettings, now: number, random: Random): Serf {
  const state = initialSerf(settings, now);
  const core = createGossipCore(settings.gossip, now, random);
  return {
    step(input, at) {
      if (state.leaving.kind === 'left') return [];
      const step: SerfStep = { state, settings, random, now: at, below: [], actions: [] };
      forgetIntents(step);
      take(step, input);
      tellCore(step, core);
      passTime(step);
      tellCore(step, core);
      return step.actions;
    },
    nextWake: () => nextWake(state, settings, core.nextWake()),
    members: () =>
      [...state.members.values()].map(({ node, endpoint, meta, status }) => ({
        node,
        endpoint,
        meta,
        status,
      })),
  };
}

function take(step: SerfStep, input: SerfInput): void {
  const { state, below } = step;
  switch (input.kind) {
    case 'leave':
      return beginToLeave(step);
    case 'event':
      return sayEvent(step, input.name, input.payload);
    case 'remove':
      return remove(step, input.node, input.prune);
    case 'describe':
      state.me.meta = input.meta;
      break;
  }
  below.push(input);
}

function passTime(step: SerfStep): void {
  leaveOn(step);
  reap(step);
  reconnect(step);
}

/** What the core makes of it may give it more to do. */
function tellCore(step: SerfStep, core: GossipCore): void {
  for (let input = step.below.shift(); input !== undefined; input = step.below.shift()) {
    for (const action of core.step(input, step.now)) hear(step, action);
  }
}

function hear(step: SerfStep, action: GossipAction): void {
  switch (action.kind) {
    case 'user':
      return hearMessage(step, action.payload);
    case 'member':
      return hearChange(step, action.change, action.member);
    case 'merged':
      return hearState(step, action);
    case 'told':
      return hearTold(step, action.token);
    case 'push-pull':
    case 'pull':
      step.actions.push({ ...action, state: withOurs(step, action.state) });
      return;
    default:
      step.actions.push(action);
  }
}

function withOurs({ state, settings }: SerfStep, below: PushPull): PushPull {
  return { ...below, userState: settings.codec.encodeState(ownState(state)) };
}

/** What is news is passed on as it came. */
function hearMessage(step: SerfStep, payload: Uint8Array): void {
  const message = step.settings.codec.decode(payload);
  const passOn = (level: 'intent' | 'event' | 'query') =>
    void step.below.push({ kind: 'broadcast', payload, level });
  switch (message?.kind) {
    case 'join':
      return hearJoin(step, message) ? passOn('intent') : undefined;
    case 'leave':
      return hearLeave(step, message) ? passOn('intent') : undefined;
    case 'event':
      return hearEvent(step, message) ? passOn('event') : undefined;
    case 'query':
      return hearQuery(step, message) ? passOn('query') : undefined;
    case undefined:
      step.actions.push({ kind: 'unreadable' });
  }
}

function remove(step: SerfStep, node: string, prune: boolean): void {
  const leave = { kind: 'leave', time: step.state.clock.next(), node, prune } as const;
  if (!hearLeave(step, leave)) return;
  say(step, leave, 'intent');
}

function nextWake(
  state: SerfWorld,
  settings: SerfSettings,
  below: number | undefined,
): number | undefined {
  const { leaving, members, reconnectAt } = state;
  if (leaving.kind === 'left') return undefined;
  let next = below ?? Infinity;
  if (leaving.kind !== 'no') next = Math.min(next, leaving.until);
  for (const known of members.values()) {
    next = Math.min(next, forgottenAt(known, settings) ?? Infinity);
    if (known.status === 'failed') next = Math.min(next, reconnectAt);
  }
  return next === Infinity ? undefined : next;
}
