import type { PodFacts } from '../../kube/pod-facts.ts';
import { PUSH_DEADLINE_MS } from '../../wire/answer.ts';
import type { VaultFailure } from '../input.ts';
import { endOf } from '../policy/container-end.ts';
import type { WrappingToken } from '../wrapping-token.ts';
import { type Attempt, newId, report, type World } from './world.ts';

const RETRY_MS = 10_000;
const TRIES = 5;

/** The token will not be used any more: its secret_id is destroyed. */
export function destroyNow(world: World, token: WrappingToken): void {
  if (token.accessor === undefined) return;
  const id = newId(world);
  world.cleanups.add({ id, token, holder: undefined, tries: 0 });
  world.cleanups.makeDue(id);
}

/**
 * The init container may be at work with what was pushed: the secret_id is destroyed once that is
 * over, unless that start of it ends well first.
 */
export function outcomeUnknown(
  world: World,
  { pod, order }: Pick<Attempt, 'pod' | 'order'>,
  token: WrappingToken,
): void {
  if (token.accessor === undefined) return;
  const holder = { uid: pod.uid, start: order.customer.start };
  order.unknownAccessor = token.accessor;
  const id = newId(world);
  world.cleanups.add({ id, token, holder, tries: 0 });
  world.alarms.set({ kind: 'cleanup', id, at: world.now + token.ttlMs + PUSH_DEADLINE_MS });
}

/** What was pushed to an init container that has ended well may be the credential in use. */
export function callOffCleanups(world: World, facts: PodFacts): void {
  for (const cleanup of world.cleanups.heldBy(facts.uid)) {
    const { holder } = cleanup;
    if (holder !== undefined && endOf(holder.start, facts) === 0) world.cleanups.forget(cleanup);
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
