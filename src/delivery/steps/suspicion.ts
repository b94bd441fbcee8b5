import type { PodRef } from '../report.ts';
import { mustStillLive, type WrappingToken } from '../wrapping-token.ts';
import { newId, report, type Suspect, type World } from './world.ts';

/**
 * Asks Vault whether a token that was pushed, and not reported as used by the init container, is
 * still there. The peer's word counts for nothing: anyone can post a dead token or claim one.
 */
export function suspect(
  world: World,
  pod: PodRef,
  token: WrappingToken,
  certainty: Suspect['certainty'],
): void {
  if (!mustStillLive(token, world.now)) return;
  const id = newId(world);
  world.suspects.set(id, { token, pod, certainty });
  world.actions.push({ kind: 'look-up-token', suspect: id, token });
}

/** Takes Vault's answer: a token that is gone before its time was used by somebody. Never rate limited away. */
export function onTokenLookedUp(world: World, id: number, gone: boolean): void {
  const found = world.suspects.get(id);
  world.suspects.delete(id);
  if (found === undefined || !gone || !mustStillLive(found.token, world.now)) return;
  const { pod, certainty, token } = found;
  const { role, accessor } = token;
  report(world, { kind: 'interception', certainty, pod, role, accessor });
}
