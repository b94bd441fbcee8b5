import type { Alive } from '../messages.ts';
import { feelWorse, report, type Step, spread } from './state.ts';

/** Incarnations have 32 bits: above this there is still room to refute, and to be described anew. */
const MOST_REFUTABLE = 2 ** 31 - 1;

/** Nobody comes to such an incarnation by counting; what could not be refuted is not taken in. */
export function isRefutable(incarnation: number): boolean {
  return incarnation <= MOST_REFUTABLE;
}

/**
 * Says that we are there in spite of what was said, by an incarnation above the accusation's.
 * Whoever is accused may be slow itself (memberlist, refute).
 */
export function refute(step: Step, accused: number): void {
  const { me } = step.state;
  me.incarnation = Math.max(me.incarnation, accused) + 1;
  feelWorse(step, 1);
  announce(step);
  report(step, { kind: 'refuted', incarnation: me.incarnation });
}

/** Spreads what we are. */
export function announce(step: Step): void {
  spread(step, step.settings.node, ownAlive(step));
}

export function ownAlive({ state }: Step): Alive {
  const { node, endpoint, meta, versions, incarnation } = state.me;
  return { kind: 'alive', incarnation, node, endpoint, meta, versions };
}
