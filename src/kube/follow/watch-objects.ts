import type { Cancel, Clock } from '../../base/clock.ts';
import { explained } from '../api/explained.ts';
import { isKubeError, type KubeError, RetryableKubeError } from '../api/kube-error.ts';
import { type ObjectChange, watchEvents } from '../watch-events.ts';
import type { FollowParts } from './follow-parts.ts';
import { decimalVersion, type Listed, nameOf } from './list-objects.ts';

/** How a watch ended. */
export interface WatchEnd {
  /** It went on for so long that another may follow at once. */
  readonly lived: boolean;
  /** It told something. */
  readonly useful: boolean;
  /** Undefined where there was no other trouble than that the server ended it. */
  readonly error: KubeError | undefined;
}

/** A watch that ends sooner after the server has taken it is no success. */
const SHORT_MS = 1_000;
/** The server ends a watch after this, and up to half as much again. */
const TIMEOUT_MS = 240_000;

/**
 * Tells what there is after each change, from the moment of the list on, until the watch ends or
 * has been silent for too long. Calls `proved` when it has told something, or has lived.
 * @throws the signal's reason when it aborts
 */
export async function watchObjects<T>(
  parts: FollowParts<T>,
  from: Listed<T>,
  proved: () => void,
  signal: AbortSignal,
): Promise<WatchEnd> {
  const { clock, settings, see } = parts;
  const objects = new Map(from.objects);
  const silence = watchdog(parts, settings.silenceMs);
  const worth = worthOf(clock, proved);
  const end = (error: KubeError | undefined): WatchEnd => {
    const { useful } = worth;
    const lived = worth.hasLived() && (useful || !isAnswer(error));
    const vain = silence.signal.aborted ? 'it is not answered' : 'the watch ended at once';
    return { lived, useful, error: lived || useful ? error : (error ?? inVain(parts, vain)) };
  };
  const onAccepted = () => {
    silence.heard();
    worth.accepted();
  };
  try {
    const stop = AbortSignal.any([signal, silence.signal]);
    for await (const events of openWatch(parts, from.version, onAccepted, stop)) {
      silence.heard();
      worth.told();
      for (const event of events) {
        signal.throwIfAborted();
        if (event.kind === 'bookmark') continue;
        if (event.kind === 'gone') objects.delete(event.name);
        else objects.set(event.name, event.object);
        see({ version: event.version, objects: [...objects.values()] });
      }
    }
    return end(undefined);
  } catch (error) {
    signal.throwIfAborted();
    if (silence.signal.aborted) return end(undefined);
    if (!isKubeError(error)) throw error;
    return end(error);
  } finally {
    silence.cancel();
    worth.cancel();
  }
}

async function* openWatch<T>(
  { client, objects: source, random }: FollowParts<T>,
  version: string,
  onAccepted: () => void,
  signal: AbortSignal,
) {
  const name = `watch ${source.name}`;
  const query = {
    ...source.query,
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: version,
    timeoutSeconds: String(Math.ceil((TIMEOUT_MS * (1 + random() / 2)) / 1_000)),
  };
  const request = { name, path: source.path, query, deadlineMs: undefined, signal, onAccepted };
  const decode = ({ isGone, version: at, object }: ObjectChange) => {
    const told = { version: decimalVersion(at), name: nameOf(object) };
    if (isGone) return { kind: 'gone' as const, ...told };
    return { kind: 'present' as const, ...told, object: source.decode(object) };
  };
  try {
    yield* watchEvents(name, client.stream(request), decode);
  } catch (error) {
    throw explained(error, name, source.rbacRule);
  }
}

/** Whether the server said so: a connection may break after any time, but no watch lives to be refused. */
function isAnswer(error: KubeError | undefined): boolean {
  return error !== undefined && error.kind !== 'unreachable';
}

function inVain<T>({ objects }: FollowParts<T>, why: string): KubeError {
  return new RetryableKubeError('unreachable', `watch ${objects.name}`, why);
}

/** What a watch has been good for. */
interface Worth {
  /** It told something. */
  readonly useful: boolean;
  /** The server has taken the watch, though there may be nothing to tell yet. */
  accepted(): void;
  told(): void;
  hasLived(): boolean;
  cancel: Cancel;
}

function worthOf(clock: Clock, proved: () => void): Worth {
  let useful = false;
  let livesFrom = Number.POSITIVE_INFINITY;
  let cancel = () => {};
  return {
    get useful() {
      return useful;
    },
    accepted() {
      livesFrom = clock.now() + SHORT_MS;
      cancel = clock.callAt(livesFrom, proved);
    },
    told() {
      useful = true;
      proved();
    },
    hasLived: () => clock.now() >= livesFrom,
    cancel: () => cancel(),
  };
}

interface Watchdog {
  readonly signal: AbortSignal;
  heard(): void;
  cancel: Cancel;
}

/** Aborts once nothing has been heard for `ms` milliseconds. */
function watchdog({ clock }: Pick<FollowParts<never>, 'clock'>, ms: number): Watchdog {
  const controller = new AbortController();
  const wait = () =>
    clock.callAt(clock.now() + ms, () => controller.abort(new Error('nothing heard')));
  let cancelTimer = wait();
  return {
    signal: controller.signal,
    heard() {
      cancelTimer();
      cancelTimer = wait();
    },
    cancel: () => cancelTimer(),
  };
}
