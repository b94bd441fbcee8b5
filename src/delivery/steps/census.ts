import type { Result } from '../../wire/answer.ts';
import type { Obstacle } from '../policy/customer.ts';
import type { Reason } from '../reason.ts';
import type { ActiveState, Delivery } from './state.ts';
import { whatHoldsMinting } from './transitions.ts';
import type { World } from './world.ts';

/** What a pod waits for, in a word: its turn, work that is under way, the proof, or what keeps it from being served. */
export type WaitReason =
  | 'queued'
  | 'in-progress'
  | 'confirmation'
  | Exclude<Reason['kind'], 'answered'>
  | Result;

/** A pod that asks for a credential and has none yet. */
export type Counted =
  /** `sinceMs`: when its init container was seen to run, on the monotonic clock. */
  | { readonly kind: 'waiting'; readonly reason: WaitReason; readonly sinceMs: number }
  | { readonly kind: 'hindered'; readonly by: Obstacle };

/**
 * Every pod that has no credential yet, as it stands at `now` (ms, monotonic). Who does not act
 * counts none: what the pods wait for is known only to the one who serves them.
 */
export function* census(world: World, now: number): Generator<Counted> {
  if (!world.acting) return;
  for (const { state, facts } of world.deliveries.values()) {
    if (state.kind === 'hindered') yield { kind: 'hindered', by: state.by };
    else {
      const reason = reasonFor(world, state, facts, now);
      yield { kind: 'waiting', reason, sinceMs: state.order.times.seen };
    }
  }
}

function reasonFor(
  world: World,
  state: ActiveState,
  { namespace }: Delivery['facts'],
  now: number,
): WaitReason {
  switch (state.kind) {
    case 'queued': {
      if (state.token !== undefined) return 'queued';
      const { role } = state.order.customer;
      return whatHoldsMinting(world, { namespace, role }, now)?.kind ?? 'queued';
    }
    case 'minting':
    case 'probing':
    case 'pushing':
      return 'in-progress';
    case 'proving':
      return 'confirmation';
    case 'waiting':
    case 'given-up':
      return wordFor(state.reason);
  }
}

function wordFor(reason: Reason): WaitReason {
  return reason.kind === 'answered' ? reason.result : reason.kind;
}
