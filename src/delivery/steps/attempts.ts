import type { ActiveState, Delivery } from './state.ts';
import type { Attempt, Slot, World } from './world.ts';

/** The attempt that a result is of. Each ends once; a result of another is the runner's fault. */
export function attemptOf(world: World, id: number): Attempt {
  const attempt = world.attempts.get(id);
  if (attempt === undefined) throw new Error(`attempt ${id} is not under way`);
  return attempt;
}

export function release(world: World, attempt: Attempt, slot: Slot): void {
  if (attempt.holds.delete(slot)) world.slots[slot].release(attempt.pod.namespace);
}

/** Whether the push's body may have left: its connection stood. */
export function isSent({ token, holds }: Attempt): boolean {
  return token !== undefined && !holds.has('connecting');
}

/** Ends the attempt: all that it holds is free again. */
export function end(world: World, attempt: Attempt): void {
  for (const slot of attempt.holds) world.slots[slot].release(attempt.pod.namespace);
  attempt.holds.clear();
  world.attempts.delete(attempt.id);
}

type UnderWay = ActiveState & { readonly attempt: number };

/** The pod whose state waits for this attempt; undefined where the pod has moved on meanwhile. */
export function waitingOn(
  world: World,
  attempt: Attempt,
): (Delivery & { readonly state: UnderWay }) | undefined {
  const delivery = world.deliveries.get(attempt.pod.uid);
  return delivery !== undefined && isUnderWay(delivery, attempt.id) ? delivery : undefined;
}

function isUnderWay(
  delivery: Delivery,
  attempt: number,
): delivery is Delivery & { readonly state: UnderWay } {
  return 'attempt' in delivery.state && delivery.state.attempt === attempt;
}
