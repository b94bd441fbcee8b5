import type { Random } from '../../base/random.ts';
import type { Endpoint, Message, RemoteNode } from '../messages.ts';
import { hearAlive } from './alive.ts';
import {
  endRelays,
  hearAckForOther,
  hearIndirectPing,
  hearPing,
  hearStreamPing,
} from './answering.ts';
import { exchangeOn, hearPushed, merge, push } from './exchange.ts';
import { endSuspicions, hearDead, hearSuspect, leave } from './gone.ts';
import { gossipOn, nextGossip } from './gossiping.ts';
import { hearAckOfProbe, hearNack, hearStreamAck, nextProbeStep, probeOn } from './probing.ts';
import { announce, isRefutable } from './refute.ts';
import type { GossipSettings } from './settings.ts';
import { allowForStall } from './stall.ts';
import { type GossipState, initialState, type Step, toRemote } from './state.ts';
import type { Broadcast, GossipAction, GossipInput } from './surface.ts';
import { suspicionEnd } from './suspicion.ts';

/**
 * Knows who is there, by the rules of SWIM and Lifeguard as hashicorp/memberlist has them. Pure: it
 * is told what happened and when.
 */
export interface GossipCore {
  /** `now` in monotonic milliseconds, never less than before. */
  step(input: GossipInput, now: number): GossipAction[];
  /** When `step` wants to be called with `wake`, if nothing comes before. */
  nextWake(): number | undefined;
  /** All that are known, ourselves first; the dead and the left for a while. */
  members(): RemoteNode[];
}

export function createGossipCore(
  settings: GossipSettings,
  now: number,
  random: Random,
): GossipCore {
  const state = initialState(settings, now, random);
  announce({ state, settings, random, now, actions: [] });
  return {
    step(input, at) {
      const step: Step = { state, settings, random, now: at, actions: [] };
      allowForStall(step);
      take(step, input);
      passTime(step);
      // Not before, so that all that comes together goes together.
      if (input.kind === 'wake') gossipOn(step);
      const wake = nextWake(state);
      state.wantedWake = wake === undefined ? undefined : Math.max(wake, at);
      return step.actions;
    },
    nextWake: () => state.wantedWake,
    members: () => [...state.members.values()].map(toRemote),
  };
}

/** What comes is heard first: it may say that whoever is about to be suspected is there. */
function passTime(step: Step): void {
  endRelays(step);
  endSuspicions(step);
  probeOn(step);
  exchangeOn(step);
}

function nextWake(state: GossipState): number | undefined {
  const probe = nextProbeStep(state);
  const gossip = nextGossip(state);
  let next = Math.min(probe ?? Infinity, gossip ?? Infinity);
  for (const { endsAt } of state.relays.values()) next = Math.min(next, endsAt);
  for (const { standing } of state.order) {
    if (standing.kind !== 'suspect') continue;
    next = Math.min(next, Math.max(suspicionEnd(standing.suspicion), state.judgeAt));
  }
  if (state.order.length > 0) next = Math.min(next, state.pushPullAt);
  return next === Infinity ? undefined : next;
}

function take(step: Step, input: GossipInput): void {
  switch (input.kind) {
    case 'wake':
      return;
    case 'packet':
      for (const message of input.messages) hear(step, input.from, message);
      return;
    case 'join':
      return push(step, input.to, true);
    case 'pushed':
      return hearPushed(step, input.connection, input.state);
    case 'pulled':
      return merge(step, input.state, input.isJoin);
    case 'stream-pinged':
      return hearStreamPing(step, input.connection, input.ping);
    case 'stream-acked':
      return hearStreamAck(step, input.sequence);
    case 'broadcast':
      return broadcast(step, input);
    case 'describe':
      return describe(step, input.meta);
    case 'leave':
      return leave(step);
  }
}

function hear(step: Step, from: Endpoint, message: Message): void {
  if ('incarnation' in message && !isRefutable(message.incarnation)) return;
  switch (message.kind) {
    case 'ping':
      return hearPing(step, from, message);
    case 'indirect-ping':
      return hearIndirectPing(step, from, message);
    case 'ack':
      if (!hearAckOfProbe(step, message)) hearAckForOther(step, message);
      return;
    case 'nack':
      return hearNack(step, message);
    case 'alive':
      return hearAlive(step, message);
    case 'suspect':
      return hearSuspect(step, message);
    case 'dead':
      return hearDead(step, message);
    case 'user':
      step.actions.push({ kind: 'user', payload: message.payload });
      return;
    case 'error':
      return;
  }
}

function broadcast({ state, settings, actions }: Step, { payload, level, token }: Broadcast): void {
  const message = { kind: 'user', payload } as const;
  const bytes = settings.sizeOf(message);
  const finished = state.queue.add({ message, about: undefined, level, bytes, token });
  for (const told of finished) actions.push({ kind: 'told', token: told });
}

function describe(step: Step, meta: Uint8Array): void {
  const { me } = step.state;
  if (step.state.isLeaving) return;
  me.incarnation += 1;
  me.meta = meta;
  announce(step);
}
