import { isExpected } from '../policy/customer.ts';
import { isSent } from './attempts.ts';
import { destroyNow } from './cleanup.ts';
import { refOf, tell } from './telling.ts';
import { enqueue, tellWhatHoldsMinting } from './transitions.ts';
import { type Attempt, report, type World } from './world.ts';

/** This controller acts from now on: whoever waits is looked at as if for the first time. */
export function beginTerm(world: World): void {
  if (world.acting) return;
  world.acting = true;
  for (const delivery of world.deliveries.values()) {
    const { state } = delivery;
    if (state.kind === 'hindered') continue;
    state.order.told.clear();
    if (state.kind === 'waiting') enqueue(world, delivery, state.order, state.token);
  }
}

/**
 * Says of every pod that cannot be served why: the controller that acted before may have ended
 * before it could. After the first mints, which wait for no words.
 */
export function tellAtBeginning(world: World): void {
  for (const delivery of world.deliveries.values()) {
    const { state, facts } = delivery;
    if (state.kind === 'hindered') {
      const { by, detail } = state;
      if (!isExpected(by)) report(world, { kind: 'hindered', pod: refOf(facts), by, detail });
    }
    if (state.kind === 'given-up') tell(world, delivery, state.reason);
    if (state.kind === 'queued' && state.token === undefined) {
      tellWhatHoldsMinting(world, delivery, state.order);
    }
  }
}

/**
 * Another controller acts, or may: nothing is minted, and no push begun. A token that was not sent
 * is of no more use. What was sent is waited for, to clean up after it. What is being connected for
 * goes on where it `finishes`, as at a hand-over; else nothing leaves the house any more.
 */
export function endTerm(world: World, finishes: boolean): void {
  world.acting = false;
  for (const delivery of world.deliveries.values()) {
    const { state } = delivery;
    if (state.kind !== 'queued' && state.kind !== 'waiting') continue;
    if (state.token === undefined) continue;
    destroyNow(world, state.token);
    enqueue(world, delivery, state.order, undefined);
  }
  for (const attempt of world.attempts.values()) {
    if (isProbe(attempt) || (isUnsentPush(attempt) && !finishes)) {
      world.actions.push({ kind: 'abort', attempt: attempt.id });
    }
  }
}

function isProbe({ token, holds }: Attempt): boolean {
  return token === undefined && !holds.has('minting');
}

function isUnsentPush(attempt: Attempt): boolean {
  return attempt.token !== undefined && !isSent(attempt);
}
