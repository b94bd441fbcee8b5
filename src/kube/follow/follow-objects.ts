import { type Backoff, backoffDelay } from '../../base/backoff.ts';
import { pause } from '../../base/clock.ts';
import { isKubeError, type KubeError } from '../api/kube-error.ts';
import type { FollowParts } from './follow-parts.ts';
import { listObjects } from './list-objects.ts';
import { type WatchEnd, watchObjects } from './watch-objects.ts';

/**
 * Lists some objects and watches them, over and over, until it is disposed of. The list that begins
 * each round costs next to nothing, and makes good whatever ended the watch before: a history that
 * is lost, an API server restored from a backup, an event that could not be read.
 */
export function followObjects<T>(parts: FollowParts<T>): Disposable {
  const abort = new AbortController();
  void follow(parts, abort.signal);
  return { [Symbol.dispose]: () => abort.abort() };
}

async function follow<T>(parts: FollowParts<T>, signal: AbortSignal): Promise<void> {
  const { clock, random, settings } = parts;
  const tell = troubles(parts.trouble);
  let failures = 0;
  while (!signal.aborted) {
    const end = await round(parts, tell, signal);
    if (signal.aborted) return;
    failures = end.lived ? 0 : end.useful ? 1 : failures + 1;
    if (failures === 0) {
      tell(undefined);
      continue;
    }
    if (end.error !== undefined) tell(end.error);
    const delay = retryDelay(settings.retry, failures, random(), end.error);
    await pause(clock, delay, signal).catch(() => {});
  }
}

async function round<T>(
  parts: FollowParts<T>,
  tell: Troubles,
  signal: AbortSignal,
): Promise<WatchEnd> {
  try {
    const view = await listObjects(parts, signal);
    if (signal.aborted) return FAILED;
    parts.see({ version: view.version, objects: [...view.objects.values()] });
    return await watchObjects(parts, view, () => tell(undefined), signal);
  } catch (error) {
    if (signal.aborted) return FAILED;
    if (!isKubeError(error)) throw error;
    return { ...FAILED, error };
  }
}

const FAILED: WatchEnd = { lived: false, useful: false, error: undefined };

/** A server that asks for more patience than our longest pause does not get it: we must not be blind so long. */
function retryDelay(
  retry: Backoff,
  failures: number,
  random: number,
  error: KubeError | undefined,
): number {
  const asked = error?.retryable ? error.retryAfterMs : 0;
  return Math.max(Math.min(asked, retry.capMs), backoffDelay(retry, failures, random));
}

type Troubles = (error: KubeError | undefined) => void;

function troubles(trouble: Troubles): Troubles {
  let known: KubeError['kind'] | undefined;
  return (error) => {
    if (error?.kind === known) return;
    known = error?.kind;
    trouble(error);
  };
}
