import type { Random } from '../../base/random.ts';
import type { GossipSettings } from '../core/settings.ts';
import type { BroadcastLevel, GossipInput } from '../core/surface.ts';
import type { Endpoint } from '../messages.ts';
import type { Query, SerfMessage, UserEvent } from '../serf-messages.ts';
import { type LamportClock, lamportClock } from './lamport-clock.ts';
import { type RecentlySeen, recentlySeen } from './recently-seen.ts';
import type { SerfAction, SerfChange, SerfCodec, SerfRules, SerfStatus } from './surface.ts';

export interface SerfSettings extends SerfRules {
  readonly gossip: GossipSettings;
  readonly codec: SerfCodec;
}

export interface Known {
  readonly node: string;
  endpoint: Endpoint;
  meta: Uint8Array;
  status: SerfStatus;
  /** The Lamport time of its last join or leave. */
  statusTime: number;
  /** When it left or failed (ms, monotonic); while it is there, when it came. */
  since: number;
  /** It is forgotten then, whatever comes. */
  forgetAt: number | undefined;
}

/** A join or leave of somebody we do not know yet. */
interface Intent {
  readonly kind: 'join' | 'leave';
  readonly time: number;
  readonly heardAt: number;
}

/** How far we are with leaving. */
export type Leaving =
  | { readonly kind: 'no' }
  /** The intent is being spread, then that we are gone, both at most so long. */
  | { readonly kind: 'intent'; readonly until: number }
  | { readonly kind: 'gone'; readonly until: number }
  /** All are given the time to hear of it; we still answer. */
  | { readonly kind: 'lingering'; readonly until: number }
  | { readonly kind: 'left' };

export interface SerfWorld {
  readonly members: Map<string, Known>;
  readonly me: Known;
  readonly intents: Map<string, Intent>;
  readonly clock: LamportClock;
  readonly events: RecentlySeen<Pick<UserEvent, 'name' | 'payload'>>;
  readonly queries: RecentlySeen<number>;
  leaving: Leaving;
  hasJoined: boolean;
  reconnectAt: number;
}

/** What a transition works with: the state, what came with the input, and what comes of it so far. */
export interface SerfStep {
  readonly state: SerfWorld;
  /** What the core below is still to be told. */
  readonly below: GossipInput[];
  readonly settings: SerfSettings;
  readonly random: Random;
  /** Milliseconds, monotonic. */
  readonly now: number;
  readonly actions: SerfAction[];
}

export function initialSerf(settings: SerfSettings, now: number): SerfWorld {
  const { node, endpoint, meta } = settings.gossip;
  const me: Known = {
    node,
    endpoint,
    meta,
    status: 'alive',
    statusTime: 0,
    since: now,
    forgetAt: undefined,
  };
  const isSameEvent = (one: SameEvent, other: SameEvent) =>
    one.name === other.name && Buffer.compare(one.payload, other.payload) === 0;
  return {
    members: new Map([[node, me]]),
    me,
    intents: new Map(),
    clock: lamportClock(),
    events: recentlySeen(settings.eventBuffer, isSameEvent),
    queries: recentlySeen<Query['id']>(settings.eventBuffer, (one, other) => one === other),
    leaving: { kind: 'no' },
    hasJoined: false,
    reconnectAt: now + settings.reconnectEveryMs,
  };
}

type SameEvent = Pick<UserEvent, 'name' | 'payload'>;

export function tellChange({ actions }: SerfStep, change: SerfChange, known: Known): void {
  const { node, endpoint, meta, status } = known;
  actions.push({ kind: 'member', change, member: { node, endpoint, meta, status } });
}

/** Spreads a message of our own; `told` of the token follows. */
export function say(
  { settings, below }: SerfStep,
  message: SerfMessage,
  level: BroadcastLevel,
  token?: string,
): void {
  const broadcast = { kind: 'broadcast', payload: settings.codec.encode(message), level } as const;
  below.push(token === undefined ? broadcast : { ...broadcast, token });
}

/** It takes part, as far as we know. */
export function isThere({ status }: Known): boolean {
  return status === 'alive' || status === 'leaving';
}
