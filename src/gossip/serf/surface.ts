import type { GossipAction, GossipInput } from '../core/surface.ts';
import type { Endpoint } from '../messages.ts';
import type { SerfMessage, SerfState } from '../serf-messages.ts';

/** What happens to a member of a serf cluster: what happens below, and what it is asked to do. */
export type SerfInput =
  | Exclude<GossipInput, { kind: 'broadcast' }>
  /** Tell all an event; name and payload of 512 bytes at most. */
  | { readonly kind: 'event'; readonly name: string; readonly payload: Uint8Array }
  /** A failed member is not to be waited for any more; `prune`: nor to be remembered. */
  | { readonly kind: 'remove'; readonly node: string; readonly prune: boolean };

export type SerfAction =
  | Exclude<GossipAction, { kind: 'user' | 'merged' | 'told' | 'member' }>
  | { readonly kind: 'member'; readonly change: SerfChange; readonly member: SerfMember }
  | { readonly kind: 'event'; readonly name: string; readonly payload: Uint8Array }
  /** A message that says nothing to us. */
  | { readonly kind: 'unreadable' }
  /** The others know that we go: stop. */
  | { readonly kind: 'left' };

/** `reaped`: forgotten, some time after it left or failed. */
export type SerfChange = 'joined' | 'updated' | 'left' | 'failed' | 'reaped';

export type SerfStatus = 'alive' | 'leaving' | 'left' | 'failed';

export interface SerfMember {
  readonly node: string;
  readonly endpoint: Endpoint;
  readonly meta: Uint8Array;
  readonly status: SerfStatus;
}

/** How serf's messages stand in memberlist's. */
export interface SerfCodec {
  encode(message: SerfMessage): Uint8Array;
  /** Undefined: nothing that we know. */
  decode(payload: Uint8Array): SerfMessage | undefined;
  encodeState(state: SerfState): Uint8Array;
  decodeState(bytes: Uint8Array): SerfState | undefined;
}

/** Times in ms; names and numbers are those of serf's configuration. */
export interface SerfRules {
  /** So long we wait at most until a message that we leave has been sent. */
  readonly broadcastTimeoutMs: number;
  /** So long we answer after that, until all have heard of it. */
  readonly leavePropagateMs: number;
  readonly reconnectEveryMs: number;
  /** A failed member is forgotten after that. */
  readonly reconnectTimeoutMs: number;
  /** A member that left is forgotten after that. */
  readonly tombstoneTimeoutMs: number;
  /** A join or leave of somebody unknown is remembered so long. */
  readonly recentIntentTimeoutMs: number;
  /** Of so many Lamport times the events are known again. */
  readonly eventBuffer: number;
  /** Joins and leaves of so many unknown are remembered. */
  readonly mostIntents: number;
}

/** As serf's DefaultConfig. */
export const SERF_RULES: SerfRules = {
  broadcastTimeoutMs: 5_000,
  leavePropagateMs: 1_000,
  reconnectEveryMs: 30_000,
  reconnectTimeoutMs: 86_400_000,
  tombstoneTimeoutMs: 86_400_000,
  recentIntentTimeoutMs: 300_000,
  eventBuffer: 512,
  mostIntents: 4_096,
};
