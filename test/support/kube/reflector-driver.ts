import assert from 'node:assert/strict';
import {
  FinalKubeError,
  type KubeError,
  RetryableKubeError,
} from '../../../src/kube/api/kube-error.ts';
import { decodePod } from '../../../src/kube/decode-pod.ts';
import type { PodEvent } from '../../../src/kube/pod-event.ts';
import type { PodFacts } from '../../../src/kube/pod-facts.ts';
import {
  DEFAULT_REFLECTOR_SETTINGS,
  type ListQuery,
  type PodPage,
  type ReflectorAction,
  type ReflectorInput,
  type ReflectorReport,
  type WatchEvent,
  type WatchQuery,
} from '../../../src/kube/reflector/messages.ts';
import { createReflector } from '../../../src/kube/reflector/reflector.ts';
import { aPod } from './pods.ts';

const MINUTE = 60_000;

/** A reflector in the hands of a test, which plays the API server and the clock. */
export interface ReflectorDriver {
  /** Milliseconds since the start. */
  now(): number;
  /** What came out of the last input: pods by UID, marks by kind, requests and reports in words. */
  said(): string[];
  reports(): readonly ReflectorReport[];
  lastList(): ListQuery;
  lastWatch(): WatchQuery;
  /** How many lists and watches have been asked for. */
  requests(): number;
  nextWake(): number | undefined;
  pass(ms: number): void;
  /** Goes to the next wake and wakes; returns how many milliseconds that took. */
  wake(): number;
  /** Answers the list that was asked for last. */
  page(version: string, uids: readonly string[], continueToken?: string): void;
  failList(error: KubeError): void;
  /** Tells events over the watch that was opened last. */
  tell(...events: readonly WatchEvent[]): void;
  endWatch(error?: KubeError): void;
  input(input: ReflectorInput): void;
  lastRequest(kind: 'list' | 'watch'): number;
}

/** A reflector whose jitter is always `random`. */
export function driveReflector(random = 0.5): ReflectorDriver {
  const reflector = createReflector(DEFAULT_REFLECTOR_SETTINGS);
  const all: ReflectorAction[] = [];
  let last: ReflectorAction[] = [];
  let now = 0;
  const input = (given: ReflectorInput) => {
    last = reflector.step(given, now, random);
    all.push(...last);
  };
  const lastOf = <K extends 'list' | 'watch'>(kind: K) => {
    const found = all.findLast((action) => action.kind === kind);
    assert.ok(found, `no ${kind} was asked for`);
    return found as Extract<ReflectorAction, { kind: K }>;
  };
  const page = (answer: PodPage) =>
    input({ kind: 'page', request: lastOf('list').request, page: answer });
  return {
    now: () => now,
    said: () => last.map(inWords),
    reports: () => all.flatMap((action) => (action.kind === 'report' ? [action.report] : [])),
    lastList: () => lastOf('list').query,
    lastWatch: () => lastOf('watch').query,
    lastRequest: (kind) => lastOf(kind).request,
    requests: () => all.filter(({ kind }) => kind === 'list' || kind === 'watch').length,
    nextWake: () => reflector.nextWake(),
    pass(ms) {
      now += ms;
    },
    wake() {
      const at = reflector.nextWake() ?? now;
      const waited = at - now;
      now = Math.max(now, at);
      input({ kind: 'wake' });
      return waited;
    },
    page: (version, uids, continueToken) =>
      page({ facts: uids.map(podFacts), version, continueToken }),
    failList: (error) => input({ kind: 'list-failed', request: lastOf('list').request, error }),
    tell: (...events) => input({ kind: 'events', request: lastOf('watch').request, events }),
    endWatch: (error) => input({ kind: 'watch-ended', request: lastOf('watch').request, error }),
    input,
  };
}

/** A reflector that has listed everything up to version 11 and watches from there. */
export function watching(): ReflectorDriver {
  const driver = driveReflector();
  driver.wake();
  driver.page('10', ['waits']);
  driver.tell(bookmark('11'));
  driver.page('11', ['runs']);
  assert.ok(driver.said().includes('sync-finished'));
  return driver;
}

/** As `watching`, and the watch has lasted as long as any. */
export function watchingForLong(): ReflectorDriver {
  const driver = watching();
  driver.pass(2 * MINUTE);
  driver.tell(bookmark('20'));
  driver.pass(MINUTE);
  return driver;
}

function inWords(action: ReflectorAction): string {
  switch (action.kind) {
    case 'emit':
      return eventInWords(action.event);
    case 'list': {
      const { exactVersion, continueToken, fieldSelector } = action.query;
      const stage = fieldSelector === 'status.phase=Pending' ? 'pending' : 'rest';
      return `list ${stage}${exactVersion ? ` @${exactVersion}` : ''}${continueToken ? ` >${continueToken}` : ''}`;
    }
    case 'watch':
      return `watch ${action.query.version}`;
    case 'abort':
      return 'abort';
    case 'report':
      return `(${action.report.kind})`;
  }
}

function eventInWords(event: PodEvent): string {
  if (event.kind === 'pod') return `pod ${event.facts.uid}`;
  return event.kind === 'gone' ? `gone ${event.uid}` : event.kind;
}

export function podFacts(uid: string): PodFacts {
  const facts = decodePod(aPod({ uid }).annotated('web').build());
  assert.ok(facts);
  return facts;
}

export const changed = (uid: string, version: string): WatchEvent => ({
  kind: 'pod',
  version,
  facts: podFacts(uid),
});

export const deleted = (uid: string, version: string): WatchEvent => ({
  kind: 'gone',
  version,
  facts: podFacts(uid),
});

export const bookmark = (version: string): WatchEvent => ({ kind: 'bookmark', version });

export const gone = new FinalKubeError('gone', 'test', '410 too old');
export const invalid = new FinalKubeError('rejected', 'test', '400 invalid');
export const forbidden = new FinalKubeError('forbidden', 'test', '403 no');
export const unauthorized = new FinalKubeError('unauthorized', 'test', '401 who');
export const reset = new RetryableKubeError('unreachable', 'test', 'ECONNRESET');
export const failed = new RetryableKubeError('server', 'test', '500');
export const malformed = new RetryableKubeError('malformed', 'test', 'not JSON');
export const throttled = (retryAfterMs: number) =>
  new RetryableKubeError('throttled', 'test', '429', { retryAfterMs });
