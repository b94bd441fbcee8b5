import type { Cancel, Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { type Handler, type Responder, type SimRequest, send } from './exchange.ts';

/** What can happen to a request instead of, or on top of, being served. */
export type Fault =
  /** The connection breaks; the server has done nothing. */
  | { readonly kind: 'drop' }
  /** The server does it, but the connection breaks before the answer. */
  | { readonly kind: 'lose' }
  /** Nothing ever comes back; the server has done nothing. */
  | { readonly kind: 'hang' }
  /** Served, `ms` milliseconds late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Answered with this in place of being served. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Served, but the connection breaks after `atByte` bytes of the body. */
  | { readonly kind: 'cut'; readonly atByte: number };

interface FaultOrder {
  readonly fault: Fault;
  /** Any method where absent. */
  readonly method?: string;
  /** Tested against path and query; any where absent. */
  readonly url?: RegExp;
  /** How many requests it hits, after which it is spent; all of them where absent. */
  readonly times?: number;
  /** How many matching requests it lets pass first. */
  readonly after?: number;
  /** The share of the matching requests that it hits, 0 to 1; all of them where absent. */
  readonly probability?: number;
}

/** The faults that a test has ordered. One plan may serve several embedded servers. */
export interface FaultPlan {
  /** Gives back what withdraws the order. */
  order(order: FaultOrder): Cancel;
  /** Withdraws everything. */
  clear(): void;
  /** What shall happen to this request; the first order that hits it decides. */
  judge(request: Pick<SimRequest, 'method' | 'url'>): Fault | undefined;
}

export function faultPlan(random: Random): FaultPlan {
  const orders = new Set<{ order: FaultOrder; passed: number; hits: number }>();
  return {
    order(order) {
      const standing = { order, passed: 0, hits: 0 };
      orders.add(standing);
      return () => void orders.delete(standing);
    },
    clear: () => orders.clear(),
    judge(request) {
      for (const standing of orders) {
        const { order } = standing;
        if (!matches(order, request)) continue;
        if (standing.passed < (order.after ?? 0)) {
          standing.passed += 1;
          continue;
        }
        if (order.probability !== undefined && random() >= order.probability) continue;
        standing.hits += 1;
        if (standing.hits >= (order.times ?? Number.POSITIVE_INFINITY)) orders.delete(standing);
        return order.fault;
      }
      return undefined;
    },
  };
}

function matches(order: FaultOrder, request: Pick<SimRequest, 'method' | 'url'>): boolean {
  if (order.method !== undefined && order.method !== request.method) return false;
  return order.url === undefined || order.url.test(request.url);
}

/** The same server, with the plan's faults on its way. */
export function withFaults(handler: Handler, plan: FaultPlan, clock: Clock): Handler {
  return (request, responder) => {
    const fault = plan.judge(request);
    switch (fault?.kind) {
      case undefined:
        return handler(request, responder);
      case 'drop':
        return responder.reset();
      case 'hang':
        return undefined;
      case 'lose':
        return handler(request, losing(responder));
      case 'cut':
        return handler(request, cutting(responder, fault.atByte));
      case 'answer':
        return send(responder, fault.status, fault.body ?? '', fault.headers);
      case 'delay': {
        const cancel = clock.callAt(clock.now() + fault.ms, () => handler(request, responder));
        return responder.onGone(cancel);
      }
    }
  };
}

/** Swallows the answer, and breaks the connection as soon as there is one. */
function losing(responder: Responder): Responder {
  return {
    start: () => responder.reset(),
    write: () => {},
    end: () => {},
    reset: () => responder.reset(),
    onGone: (gone) => responder.onGone(gone),
  };
}

function cutting(responder: Responder, atByte: number): Responder {
  let left = atByte;
  return {
    start: (status, headers) => responder.start(status, headers),
    write(bytes) {
      if (left < 0) return;
      responder.write(bytes.subarray(0, left));
      left -= bytes.length;
      if (left < 0) responder.reset();
    },
    end() {
      if (left >= 0) responder.end();
    },
    reset: () => responder.reset(),
    onGone: (gone) => responder.onGone(gone),
  };
}
