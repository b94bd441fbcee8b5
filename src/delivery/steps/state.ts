import type { PodFacts } from '../../kube/pod-facts.ts';
import type { Customer, Obstacle } from '../policy/customer.ts';
import type { Reason } from '../reason.ts';
import type { WrappingToken } from '../wrapping-token.ts';

/** A pod that the core knows: it waits for a credential, or is hindered from having one. */
export interface Delivery {
  facts: PodFacts;
  /** The last sync in which the API server reported the pod. */
  sync: number;
  state: State;
}

/** The answers after which the pod's status is to prove the delivery. */
export type ProofAnswer = 'exchanged' | 'done' | 'taken';

export type State =
  | { readonly kind: 'hindered'; readonly by: Obstacle; readonly detail: string }
  | ActiveState;

/** The states of a pod that is to have a credential. Times are ms on the monotonic clock. */
export type ActiveState = { readonly order: Order } & (
  | { readonly kind: 'queued'; readonly token: WrappingToken | undefined }
  | { readonly kind: 'minting'; readonly attempt: number }
  | { readonly kind: 'probing'; readonly attempt: number }
  | { readonly kind: 'pushing'; readonly attempt: number; readonly token: WrappingToken }
  | {
      readonly kind: 'waiting';
      readonly reason: Reason;
      readonly until: number;
      readonly token: WrappingToken | undefined;
    }
  /** Pushed: the pod's status must prove it by `until`. */
  | {
      readonly kind: 'proving';
      readonly token: WrappingToken;
      readonly answer: ProofAnswer;
      readonly until: number;
    }
  /** Nothing more can be done for this start of the init container. */
  | { readonly kind: 'given-up'; readonly reason: Reason }
);

/** One start of an init container that is to have a credential, and what has been tried for it. */
export interface Order {
  /** Gains the start's container id when the status has it. */
  customer: Customer;
  /** When each step was reached (ms, monotonic), for the reports. */
  readonly times: { readonly seen: number; minted?: number; pushed?: number; answered?: number };
  /** Of the last secret_id that was pushed with an outcome that is unknown. */
  unknownAccessor: string | undefined;
  /** Attempts in a row that nobody listened to. */
  refusals: number;
  /** Answers `busy`. */
  busy: number;
  /** Other failures. */
  failures: number;
  /** A token expired unheard: no mint before a connection has succeeded. */
  mustProbe: boolean;
  /** The kinds of reasons that have been reported in this term. */
  readonly told: Set<string>;
}

export function newOrder(customer: Customer, now: number): Order {
  return {
    customer,
    times: { seen: now },
    unknownAccessor: undefined,
    refusals: 0,
    busy: 0,
    failures: 0,
    mustProbe: false,
    told: new Set(),
  };
}
