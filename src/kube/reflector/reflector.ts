import { backoffDelay } from '../../base/backoff.ts';
import type { KubeError } from '../api/kube-error.ts';
import { askPage, beginSync, listFailed, takePage } from './listing.ts';
import type { ReflectorAction, ReflectorInput, ReflectorSettings } from './messages.ts';
import { initialState, type ReflectorState, type Step } from './state.ts';
import { recovered } from './trouble.ts';
import {
  openWatch,
  provedAt,
  silentAt,
  takeEvents,
  watchAccepted,
  watchEnded,
  watchWentSilent,
} from './watching.ts';

/**
 * Keeps a consumer's knowledge of all pods in step with the API server, by one list and one watch
 * at a time. A sync lists the pending pods first; from the moment that this list shows, the watch
 * tells every change. The rest is listed beside it, as of a moment that the watch has reached, and
 * of it only those pods are passed on of which the watch has told nothing. So no pod is missed, and
 * nothing old follows something newer.
 */
export interface Reflector {
  /** `now` in monotonic milliseconds, `random` from 0 to 1. */
  step(input: ReflectorInput, now: number, random: number): ReflectorAction[];
  /** When `step` wants to be called with `wake`, if nothing comes before; undefined: not by itself. */
  nextWake(): number | undefined;
}

export function createReflector(settings: ReflectorSettings): Reflector {
  const state = initialState();
  return {
    step(input, now, random) {
      const step: Step = { state, settings, now, random, actions: [] };
      const lost = take(step, input);
      if (lost !== undefined) relist(step, lost);
      return step.actions;
    },
    nextWake: () => nextWake(state, settings),
  };
}

/** Returns an error that leaves the watch without a position, if the input is one. */
function take(step: Step, input: ReflectorInput): KubeError | undefined {
  const { list, watch } = step.state;
  if (input.kind === 'wake') return wake(step);
  if (list.kind === 'asking' && list.request === input.request) {
    if (input.kind === 'page') return takePage(step, list, input.page);
    if (input.kind === 'list-failed') return listFailed(step, list, input.error);
  }
  if (watch.kind === 'open' && watch.request === input.request) {
    if (input.kind === 'watch-accepted') watchAccepted(step, watch);
    if (input.kind === 'events') takeEvents(step, watch, input.events);
    if (input.kind === 'watch-ended') return watchEnded(step, watch, input.error);
  }
  return undefined;
}

function wake(step: Step): KubeError | undefined {
  const { state, settings, now } = step;
  if (state.list.kind === 'idle' && state.watch.kind === 'off') beginSync(step, 0);
  const { list, watch } = state;
  if (list.kind === 'waiting' && list.until <= now) {
    askPage(step, list.sync, list.cursor, list.failures);
  }
  if (watch.kind === 'waiting' && watch.until <= now) {
    openWatch(step, watch.position, watch.failures);
  }
  if (watch.kind !== 'open') return undefined;
  if (silentAt(state, settings, watch) <= now) return watchWentSilent(step, watch);
  const proved = provedAt(state, settings, watch);
  if (proved !== undefined && proved <= now) recovered(step, 'watch');
  return undefined;
}

/** Starts over, at once after a watch that lived, and with growing pauses after syncs that led to none. */
function relist(step: Step, error: KubeError): void {
  const { state, settings, now, random, actions } = step;
  const { list, watch } = state;
  if (list.kind === 'asking') actions.push({ kind: 'abort', request: list.request });
  if (watch.kind === 'open') {
    actions.push({ kind: 'abort', request: watch.request });
    if (now - watch.openedAt >= settings.shortWatchMs) state.vainSyncs = 0;
  }
  actions.push({ kind: 'report', report: { kind: 'relisting', error } });
  const { vainSyncs } = state;
  beginSync(step, vainSyncs === 0 ? 0 : backoffDelay(settings.retry, vainSyncs, random));
  state.vainSyncs++;
}

function nextWake(state: ReflectorState, settings: ReflectorSettings): number | undefined {
  const { list, watch } = state;
  const times: number[] = [];
  if (list.kind === 'waiting') times.push(list.until);
  if (watch.kind === 'waiting') times.push(watch.until);
  if (watch.kind === 'open') {
    times.push(silentAt(state, settings, watch), provedAt(state, settings, watch) ?? Infinity);
  }
  return times.length === 0 ? undefined : Math.min(...times);
}
