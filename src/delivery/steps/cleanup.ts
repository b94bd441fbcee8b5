import { PUSH_DEADLINE_MS } from '../../wire/answer.ts';
import type { VaultFailure } from '../input.ts';
import type { WrappingToken } from '../wrapping-token.ts';
import type { Order } from './state.ts';
import { newId, report, type World } from './world.ts';

const RETRY_MS = 10_000;
const TRIES = 5;

/** The token will not be used any more: destroys its secret_id. */
export function destroyNow(world: World, token: WrappingToken): void {
  if (token.accessor === undefined) return;
  const id = newId(world);
  world.cleanups.set(id, { token, tries: 1 });
  world.actions.push({ kind: 'destroy', cleanup: id, token });
}

/**
 * The init container may be at work with the token: destroys its secret_id once that is over,
 * unless `callOffCleanups` comes first.
 */
export function destroyLater(world: World, token: WrappingToken, order: Order): void {
  if (token.accessor === undefined) return;
  const id = newId(world);
  world.cleanups.set(id, { token, tries: 0 });
  order.cleanups.add(id);
  world.alarms.set({ kind: 'cleanup', id, at: world.now + token.ttlMs + PUSH_DEADLINE_MS });
}

/** The init container ended well: what was pushed to it may be the credential in use. */
export function callOffCleanups(world: World, order: Order): void {
  for (const id of order.cleanups) world.cleanups.delete(id);
  order.cleanups.clear();
}

/** The time of a clean-up has come. */
export function cleanUp(world: World, id: number): void {
  const cleanup = world.cleanups.get(id);
  if (cleanup === undefined) return;
  cleanup.tries += 1;
  world.actions.push({ kind: 'destroy', cleanup: id, token: cleanup.token });
}

/** Takes the result of a `destroy`: what failed for Vault's sake is tried again a few times. */
export function onDestroyed(world: World, id: number, failure: VaultFailure | undefined): void {
  const cleanup = world.cleanups.get(id);
  if (cleanup === undefined) return;
  if (failure?.retryable && cleanup.tries < TRIES) {
    world.alarms.set({ kind: 'cleanup', id, at: world.now + RETRY_MS * cleanup.tries });
    return;
  }
  world.cleanups.delete(id);
  if (failure === undefined) return;
  const { role, accessor } = cleanup.token;
  report(world, { kind: 'clean-up-failed', role, accessor, words: failure.words });
}
