import { type ContainerStart, type PodFacts, sameStart } from '../../kube/pod-facts.ts';
import { PUSH_DEADLINE_MS } from '../../wire/answer.ts';
import type { VaultFailure } from '../input.ts';
import type { Holder } from '../policy/cleanup-list.ts';
import { isOver } from '../policy/container-end.ts';
import type { WrappingToken } from '../wrapping-token.ts';
import { type Attempt, newId, report, type World } from './world.ts';

const RETRY_MS = 10_000;
const TRIES = 5;

/** The token will not be used any more: its secret_id is destroyed. */
export function destroyNow(world: World, token: WrappingToken): void {
  if (token.accessor === undefined) return;
  const id = newId(world);
  const cleanup = { id, token, holder: undefined, isScheduled: true, tries: 0 };
  world.cleanups.add(cleanup, world.sync);
  world.cleanups.makeDue(id);
}

/**
 * The init container may be at work with what was pushed, and may have ended well with it though
 * nobody has told us yet: the watch may be silent for the same reason for which no answer came. So
 * the secret_id is kept until it is known that it is of no use to anybody (`schedule`).
 */
export function outcomeUnknown(
  world: World,
  { pod, order }: Pick<Attempt, 'pod' | 'order'>,
  token: WrappingToken,
): void {
  if (token.accessor === undefined) return;
  order.unknownAccessor = token.accessor;
  const since = world.now;
  const until = since + token.ttlMs + PUSH_DEADLINE_MS;
  const holder = { uid: pod.uid, start: order.customer.start, since, until };
  const cleanup = { id: newId(world), token, holder, isScheduled: false, tries: 0 };
  world.cleanups.add(cleanup, world.sync);
}

/** A start that is over has not ended well with what it was pushed, or `onGoodEnd` would have come first. */
export function cleanUpAfterStarts(world: World, facts: PodFacts): void {
  world.cleanups.noteSeen(facts.uid, world.sync);
  schedule(world, facts.uid, ({ start }) => isOver(start, facts));
}

/** Who listens still has not ended, though what it was pushed before had to lead to an end by now. */
export function cleanUpBeforePush(world: World, { pod, order }: Attempt): void {
  const { start } = order.customer;
  const isLongAgo = ({ since }: Holder) => since + PUSH_DEADLINE_MS <= world.now;
  schedule(world, pod.uid, (holder) => isLongAgo(holder) && sameStart(holder.start, start));
}

export function cleanUpAfterPod(world: World, uid: string): void {
  schedule(world, uid, () => true);
}

/** A whole list shows which pods are no more. */
export function cleanUpAfterList(world: World): void {
  for (const uid of world.cleanups.notSeenIn(world.sync)) cleanUpAfterPod(world, uid);
}

/**
 * It is known that these holders have nothing of what they were pushed. A later start may be at work
 * with what was meant for them, and its end on its way to us: that much time is left.
 */
function schedule(world: World, uid: string, isEmptyHanded: (holder: Holder) => boolean): void {
  for (const cleanup of world.cleanups.heldBy(uid)) {
    const { id, holder, isScheduled } = cleanup;
    if (isScheduled || !isEmptyHanded(holder)) continue;
    cleanup.isScheduled = true;
    const at = Math.max(holder.until, world.now + PUSH_DEADLINE_MS);
    world.alarms.set({ kind: 'cleanup', id, at });
  }
}

/**
 * What was pushed with an unknown outcome to an init container that has ended well may be the
 * credential in use, and is kept. What was meant for an earlier start may have come to this one, for
 * statuses come late: it is destroyed at once where this start is known to use another, else kept.
 */
export function onGoodEnd(
  world: World,
  uid: string,
  start: ContainerStart,
  usesAnother: boolean,
): void {
  for (const cleanup of world.cleanups.heldBy(uid)) {
    const { holder } = cleanup;
    if (holder.start.restartCount > start.restartCount) continue;
    if (!usesAnother || sameStart(holder.start, start)) world.cleanups.forget(cleanup);
    else world.cleanups.makeDue(cleanup.id);
  }
}

/** Takes the result of a `destroy`: what failed for Vault's sake is tried again a few times. */
export function onDestroyed(world: World, id: number, failure: VaultFailure | undefined): void {
  const cleanup = world.cleanups.ended(id);
  if (cleanup === undefined) return;
  if (failure?.retryable && cleanup.tries < TRIES) {
    world.alarms.set({ kind: 'cleanup', id, at: world.now + RETRY_MS * cleanup.tries });
    return;
  }
  world.cleanups.forget(cleanup);
  if (failure === undefined) return;
  const { role, accessor } = cleanup.token;
  report(world, { kind: 'clean-up-failed', role, accessor, words: failure.words });
}
