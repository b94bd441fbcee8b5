import type { Endpoint } from './messages.ts';

/**
 * What serf's layer says above memberlist's: in user messages, and beside the nodes of a push/pull.
 * Times are of Lamport clocks: one for joins and leaves, one for events, one for queries.
 */
export type SerfMessage = Join | Leave | UserEvent | Query | QueryResponse;

/** `node` has come, or has come back. */
export interface Join {
  readonly kind: 'join';
  readonly time: number;
  readonly node: string;
}

/** `node` goes of its own will, or is made to go. */
export interface Leave {
  readonly kind: 'leave';
  readonly time: number;
  readonly node: string;
  /** It is to be forgotten at once. */
  readonly prune: boolean;
}

export interface UserEvent {
  readonly kind: 'event';
  readonly time: number;
  readonly name: string;
  readonly payload: Uint8Array;
  /** Of those with the same name, only the latest may be told. */
  readonly coalesce: boolean;
}

/** All of a query: it is passed on as it came, and its answers go to its source. */
export interface Query {
  readonly kind: 'query';
  readonly time: number;
  readonly id: number;
  readonly source: Endpoint & { readonly node: string };
  /** Whom it is for, each as a type byte and MessagePack; everyone where there is none. */
  readonly filters: readonly Uint8Array[];
  /** Through how many other members each answer is sent, besides straight to the source. */
  readonly relayFactor: number;
  readonly timeoutNs: number;
  /** Bit 0: say that it has come. Bit 1: do not pass it on. */
  readonly flags: number;
  readonly name: string;
  readonly payload: Uint8Array;
}

export interface QueryResponse {
  readonly kind: 'query-response';
  readonly time: number;
  readonly id: number;
  readonly from: string;
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** All that a member knows of serf's layer: the user state of a push/pull. */
export interface SerfState {
  readonly time: number;
  /** The time of the last join or leave of each member. */
  readonly statusTimes: ReadonlyMap<string, number>;
  readonly left: readonly string[];
  readonly eventTime: number;
  readonly events: readonly SeenEvents[];
  readonly queryTime: number;
}

/** The events of one Lamport time. */
export interface SeenEvents {
  readonly time: number;
  readonly events: readonly { readonly name: string; readonly payload: Uint8Array }[];
}
