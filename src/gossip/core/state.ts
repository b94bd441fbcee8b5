import type { Random } from '../../base/random.ts';
import type { Endpoint, Message, NodeState, RemoteNode, Versions } from '../messages.ts';
import { type BroadcastQueue, broadcastQueue } from './broadcast-queue.ts';
import type { GossipSettings } from './settings.ts';
import type { GossipAction, GossipReport, MemberChange } from './surface.ts';
import type { Suspicion } from './suspicion.ts';

/** What we hold a member for, and since when (ms, monotonic). */
export type Standing =
  | { readonly kind: 'alive'; readonly since: number }
  | { readonly kind: 'suspect'; readonly since: number; readonly suspicion: Suspicion }
  | { readonly kind: 'dead'; readonly since: number }
  | { readonly kind: 'left'; readonly since: number };

export interface Member {
  readonly node: string;
  endpoint: Endpoint;
  meta: Uint8Array;
  versions: Versions;
  incarnation: number;
  standing: Standing;
}

/** We ask whether a member is there. */
export interface Probe {
  readonly sequence: number;
  readonly member: Member;
  /** The member's when we asked: what it said since refutes that it is gone. */
  readonly incarnation: number;
  /** When others are asked to ping it too. */
  readonly indirectAt: number;
  /** When it is suspected. */
  readonly endsAt: number;
  /** The nacks that are still to come, where others were asked; undefined: none were yet. */
  readonly missingNacks: number | undefined;
  readonly askedOthers: boolean;
  readonly isReachedByStream: boolean;
}

/** A ping for another, whose ack is passed on. */
export interface Relay {
  readonly sequence: number;
  readonly to: Endpoint;
  readonly asker: string | undefined;
  readonly wantsNack: boolean;
  readonly endsAt: number;
}

export interface GossipState {
  /** Ourselves among them. */
  readonly members: Map<string, Member>;
  readonly me: Member;
  /** The others, in the order in which they are probed: all once, then in another order. */
  order: Member[];
  nextInOrder: number;
  readonly queue: BroadcastQueue;
  probe: Probe | undefined;
  /** By the sequence number of our own ping. */
  readonly relays: Map<number, Relay>;
  /** The last sequence number that was given away. */
  sequence: number;
  /** How much slower we probe, because it may be us who is ill: 0 is well. */
  unhealthy: number;
  isLeaving: boolean;
  /** Before that nobody is taken for dead. */
  judgeAt: number;
  probeAt: number;
  gossipAt: number;
  pushPullAt: number;
  /** When we wanted to be woken. */
  wantedWake: number | undefined;
}

/** What a transition works with: the state, what came with the input, and the actions so far. */
export interface Step {
  readonly state: GossipState;
  readonly settings: GossipSettings;
  readonly random: Random;
  /** Milliseconds, monotonic. */
  readonly now: number;
  readonly actions: GossipAction[];
}

/** The rounds begin at random, so that those who start together do not go on in step. */
export function initialState(settings: GossipSettings, now: number, random: Random): GossipState {
  const me: Member = {
    node: settings.node,
    endpoint: settings.endpoint,
    meta: settings.meta,
    versions: settings.versions,
    incarnation: 1,
    standing: { kind: 'alive', since: now },
  };
  return {
    members: new Map([[me.node, me]]),
    me,
    order: [],
    nextInOrder: 0,
    queue: broadcastQueue(settings.mostBroadcasts),
    probe: undefined,
    relays: new Map(),
    sequence: Math.floor(random() * 2 ** 32),
    unhealthy: 0,
    isLeaving: false,
    judgeAt: now,
    probeAt: now + random() * settings.probeEveryMs,
    gossipAt: now + random() * settings.gossipEveryMs,
    pushPullAt: now + (1 + random()) * settings.pushPullEveryMs,
    wantedWake: undefined,
  };
}

export function isGone({ standing }: Member): boolean {
  return standing.kind === 'dead' || standing.kind === 'left';
}

export function toRemote(member: Member): RemoteNode {
  const { node, endpoint, meta, incarnation, versions } = member;
  const state: NodeState = member.standing.kind;
  return { node, endpoint, meta, incarnation, state, versions };
}

export function report({ actions }: Step, content: GossipReport): void {
  actions.push({ kind: 'report', report: content });
}

export function tellChange({ actions }: Step, change: MemberChange, member: Member): void {
  actions.push({ kind: 'member', change, member: toRemote(member) });
}

/** Spreads what is about a member, in the place of what was said of it before. */
export function spread(step: Step, about: string, message: Message, token?: string): void {
  const { state, settings, actions } = step;
  const bytes = settings.sizeOf(message);
  const finished = state.queue.add({ message, about, level: 'member', bytes, token });
  for (const told of finished) actions.push({ kind: 'told', token: told });
}

/** Less than nothing: better. Whoever feels bad probes more slowly (memberlist, awareness). */
export function feelWorse({ state, settings }: Step, by: number): void {
  const score = Math.max(0, state.unhealthy + by);
  state.unhealthy = Math.min(score, settings.mostUnhealthy - 1);
}
