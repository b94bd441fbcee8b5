import { Rate } from '../../base/rate.ts';
import { recordAnswer } from './answers.ts';
import { eventChange, eventName, eventObject } from './event-object.ts';
import type {
  RecorderAction,
  RecorderInput,
  RecorderReport,
  RecorderSettings,
} from './messages.ts';
import type { PodNotice } from './pod-notice.ts';
import { countDropped, newState, type RecorderState, type Sending, type Step } from './state.ts';
import type { Entry } from './waiting-list.ts';

/**
 * Decides which notices about pods become Events, and when. Each Event is written once and then
 * counted up; one request is under way at a time, at a modest rate; what cannot be written soon
 * enough gives way to what is newer and worse. Pure: it is told what happened and when.
 */
export interface EventRecorder {
  /** `now` in monotonic milliseconds, never less than before; `random` from 0 to 1. */
  step(input: RecorderInput, now: number, random: number): RecorderAction[];
  /** When `step` wants to be called with `wake`, if nothing comes before; undefined: not by itself. */
  nextWake(now: number): number | undefined;
  /** Whether there is nothing to be written but what is held back in case it need not be told. */
  hasToldAll(): boolean;
  /** How much it remembers, by kind. */
  counts(): Readonly<Record<'waiting' | 'written' | 'pods' | 'forbidden', number>>;
}

export function createEventRecorder(settings: RecorderSettings): EventRecorder {
  const state = newState(settings);
  return {
    step(input, now, random) {
      const step: Step = { state, settings, now, random, actions: [] };
      if (input.kind === 'notice') takeNotice(step, input.notice, input.at);
      if (input.kind === 'answered') recordAnswer(step, input.error);
      state.waiting.release(now);
      sendNext(step);
      tellDrops(step);
      return step.actions;
    },
    nextWake: (now) => nextWake(state, settings, now),
    hasToldAll: () => hasToldAll(state),
    counts: () => ({
      waiting: state.waiting.size,
      written: state.written.size,
      pods: state.podRates.size,
      forbidden: state.forbidden.size,
    }),
  };
}

function takeNotice(step: Step, notice: PodNotice, at: number): void {
  const { state, settings, now } = step;
  const { pod, reason, topic, type, urgency } = notice;
  if (type === 'Normal') {
    state.waiting.takeBack(pod.uid);
    state.normalCameAt = now;
  }
  const key = `${pod.uid} ${reason} ${topic}`;
  if (state.waiting.merge(key, notice, at) || isForbidden(step, pod.namespace)) return;
  const written = state.written.get(key);
  const isLimited = urgency !== 'urgent' || written !== undefined;
  if (isLimited && !takePodsTurn(step, pod.uid)) {
    if (written === undefined) countDropped(step, type);
    else written.count += 1;
    return;
  }
  const entry: Entry = { key, notice, count: 1, firstAt: at, lastAt: at };
  const displaced =
    urgency === 'patient'
      ? state.waiting.hold(entry, now + settings.patienceMs)
      : state.waiting.add(entry);
  if (displaced !== undefined) countDropped(step, displaced.notice.type);
}

function takePodsTurn({ state, settings, now }: Step, uid: string): boolean {
  const { perSecond, burst } = settings.eachPod;
  const rate = state.podRates.get(uid) ?? new Rate(perSecond, burst);
  state.podRates.set(uid, rate);
  if (rate.allowsAt(now) > now) return false;
  rate.take(now);
  return true;
}

function isForbidden({ state, now }: Step, namespace: string): boolean {
  return (state.forbidden.get(namespace) ?? now) > now;
}

function sendNext(step: Step): void {
  const { state, now } = step;
  if (state.sending !== undefined || state.pausedUntil > now) return;
  for (;;) {
    const sending = takeUrgent(step) ?? takeUsual(step);
    if (sending === undefined) return;
    const { pod, type, urgency } = sending.entry.notice;
    if (isForbidden(step, pod.namespace)) continue;
    if (urgency !== 'urgent') state.rate.take(now);
    if (type === 'Normal') state.normalWentAt = now;
    state.sending = sending;
    step.actions.push(requestFor(step, sending));
    return;
  }
}

function takeUrgent(step: Step): Sending | undefined {
  const { state } = step;
  if (isUrgent(state.again)) return takeAgain(state);
  const entry = state.waiting.takeUrgent();
  return entry && newSending(step, entry);
}

function takeUsual(step: Step): Sending | undefined {
  const { state, now } = step;
  if (state.rate.allowsAt(now) > now) return undefined;
  if (state.again !== undefined) return takeAgain(state);
  const entry = state.waiting.takeWarning() ?? takeNormal(step);
  return entry && newSending(step, entry);
}

function takeNormal({ state, settings, now }: Step): Entry | undefined {
  if (normalsMayGoAt(state, settings, now) > now) return undefined;
  return state.waiting.takeNormal();
}

function normalsMayGoAt(
  { waiting, normalCameAt, normalWentAt }: RecorderState,
  { crowd, quietMs }: RecorderSettings,
  now: number,
): number {
  if (waiting.normals <= crowd) return now;
  return Math.min(normalCameAt, normalWentAt) + quietMs;
}

function takeAgain(state: RecorderState): Sending | undefined {
  const { again } = state;
  state.again = undefined;
  return again;
}

function isUrgent(sending: Sending | undefined): boolean {
  return sending?.entry.notice.urgency === 'urgent';
}

function newSending({ state, random }: Step, entry: Entry): Sending {
  const written = state.written.get(entry.key);
  if (written === undefined) {
    const name = eventName(entry.notice.pod.name, random);
    return { entry, name, isNew: true, count: entry.count, attempts: 0 };
  }
  written.count += entry.count;
  return { entry, name: written.name, isNew: false, count: written.count, attempts: 0 };
}

function requestFor({ settings }: Step, { entry, name, isNew, count }: Sending): RecorderAction {
  const { notice, firstAt, lastAt } = entry;
  const occurrences = { count, firstAt, lastAt };
  if (isNew) {
    return { kind: 'create', event: eventObject(notice, name, occurrences, settings.source) };
  }
  const change = eventChange(notice.message, occurrences);
  return { kind: 'patch', namespace: notice.pod.namespace, name, change };
}

function hasToldAll({ waiting, sending, again }: RecorderState): boolean {
  const isWaiting = waiting.hasUrgent() || waiting.hasWarnings() || waiting.normals > 0;
  return !isWaiting && sending === undefined && again === undefined;
}

function tellDrops(step: Step): void {
  const { state, now } = step;
  const { normal, warning } = state.dropped;
  if (normal + warning === 0 || state.tellDropsAt > now) return;
  const report: RecorderReport = { kind: 'dropped', normal, warning };
  step.actions.push({ kind: 'report', report });
  state.dropped = { normal: 0, warning: 0 };
}

function nextWake(
  state: RecorderState,
  settings: RecorderSettings,
  now: number,
): number | undefined {
  const { waiting, pausedUntil, dropped } = state;
  const times: number[] = [];
  const held = waiting.heldUntil();
  if (held !== undefined) times.push(held);
  if (dropped.normal + dropped.warning > 0) times.push(state.tellDropsAt);
  if (state.sending === undefined) {
    if (waiting.hasUrgent() || isUrgent(state.again)) times.push(pausedUntil);
    const usual = Math.max(pausedUntil, state.rate.allowsAt(now));
    if (waiting.hasWarnings() || state.again !== undefined) times.push(usual);
    if (waiting.normals > 0) times.push(Math.max(usual, normalsMayGoAt(state, settings, now)));
  }
  return times.length === 0 ? undefined : Math.min(...times);
}
