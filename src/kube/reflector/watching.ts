import { type KubeError, RetryableKubeError } from '../api/kube-error.ts';
import type { ReflectorSettings, WatchEvent } from './messages.ts';
import type { OpenWatch, ReflectorState, Step } from './state.ts';
import { failing, inARow, isLostMoment, recovered, retryDelay } from './trouble.ts';

const WATCH = 'watch pods';
/** How much longer than the server's timeout a watch may be silent where the server sends no bookmarks. */
const GRACE_MS = 30_000;
/** A server restored from a backup has never heard of our position, and has nothing to say on it for ever. */
const SILENT_WATCHES_BEFORE_RELIST = 2;

/** Watches everything after `position`. */
export function openWatch(step: Step, position: string, failures: number): void {
  const { state, settings, now, random, actions } = step;
  const request = ++state.requests;
  const timeoutMs = settings.watchTimeoutMs * (1 + random / 2);
  const [openedAt, heardAt, useful] = [now, now, false];
  const open = { request, position, openedAt, acceptedAt: undefined, heardAt, timeoutMs, useful };
  state.watch = { kind: 'open', ...open, failures };
  const query = { version: position, timeoutSeconds: Math.ceil(timeoutMs / 1_000) };
  actions.push({ kind: 'watch', request, query });
}

export function watchAccepted({ state, now }: Step, watch: OpenWatch): void {
  state.watch = { ...watch, acceptedAt: now, heardAt: now };
}

/**
 * The time at which a watch that was taken has lived for so long that all is well again, though no
 * pod has changed; undefined where nothing was wrong.
 */
export function provedAt(
  { failing: troubles }: ReflectorState,
  { shortWatchMs }: ReflectorSettings,
  { acceptedAt }: OpenWatch,
): number | undefined {
  if (acceptedAt === undefined || !troubles.has('watch')) return undefined;
  return acceptedAt + shortWatchMs;
}

/** Takes events in, and passes on those of pods. */
export function takeEvents(step: Step, watch: OpenWatch, events: readonly WatchEvent[]): void {
  const { state, now, actions } = step;
  const told = state.list.kind === 'idle' ? undefined : state.list.sync.told;
  let { position, useful } = watch;
  for (const event of events) {
    position = event.version;
    if (event.kind === 'bookmark') state.bookmarks = true;
    if (event.kind !== 'pod' && event.kind !== 'gone') continue;
    useful = true;
    const { kind, facts } = event;
    told?.add(facts.uid);
    actions.push({
      kind: 'emit',
      event: kind === 'pod' ? { kind, facts } : { kind, uid: facts.uid },
    });
  }
  state.silentWatches = 0;
  state.watch = { ...watch, position, useful, heardAt: now };
  recovered(step, 'watch');
}

/**
 * Has a watch that ended resumed from its position. Returns the error instead, if it says that the
 * position is lost.
 */
export function watchEnded(
  step: Step,
  watch: OpenWatch,
  error: KubeError | undefined,
): KubeError | undefined {
  const { state, settings, now, actions } = step;
  const lived = now - watch.openedAt >= settings.shortWatchMs;
  if (lived) state.vainSyncs = 0;
  actions.push({ kind: 'report', report: { kind: 'watch-ended', error } });
  if (error !== undefined && isLostMoment(error)) {
    state.watch = { kind: 'off' };
    return error;
  }
  if (lived && error === undefined) waitForWatch(step, watch, 0, 0);
  else backOff(step, watch, lived, error);
  return undefined;
}

function waitForWatch(
  { state, now }: Step,
  { position }: OpenWatch,
  delay: number,
  failures: number,
) {
  state.watch = { kind: 'waiting', position, until: now + delay, failures };
}

/** Pauses that grow with each watch that was of no use: a server may end every watch at once. */
function backOff(step: Step, watch: OpenWatch, lived: boolean, error: KubeError | undefined): void {
  const trouble = error ?? new RetryableKubeError('unreachable', WATCH, 'the watch ended at once');
  const failures = inARow(step, 'watch', trouble, lived || watch.useful ? 0 : watch.failures);
  const delay = retryDelay(step, trouble, failures);
  if (error !== undefined || !watch.useful) failing(step, 'watch', trouble, delay);
  waitForWatch(step, watch, delay, failures);
}

/** The time at which an open watch has been silent for too long. */
export function silentAt(
  state: ReflectorState,
  settings: ReflectorSettings,
  watch: OpenWatch,
): number {
  return watch.heardAt + (state.bookmarks ? settings.silenceMs : watch.timeoutMs + GRACE_MS);
}

/**
 * Ends a watch over whose connection nothing comes any more, and has it resumed. Returns the error
 * instead, if that has not helped before.
 */
export function watchWentSilent(step: Step, watch: OpenWatch): KubeError | undefined {
  const { state, now, actions } = step;
  const seconds = Math.round((now - watch.heardAt) / 1_000);
  const error = new RetryableKubeError('unreachable', WATCH, `nothing heard for ${seconds} s`);
  actions.push({ kind: 'abort', request: watch.request });
  watchEnded(step, watch, error);
  return ++state.silentWatches < SILENT_WATCHES_BEFORE_RELIST ? undefined : error;
}
