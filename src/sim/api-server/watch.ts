import type { Cancel, Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { type ApiError, expired, type Status } from './api-error.ts';
import type { Change } from './history.ts';
import { apiVersionOf, type Kind } from './kinds.ts';
import type { KubeObject } from './object.ts';
import { type Matcher, matcherOf, type Selectors } from './selectors.ts';
import type { Store } from './store.ts';

export interface WatchQuery extends Selectors {
  readonly namespace?: string;
  /** Empty or `0`: everything there is first, as ADDED. */
  readonly resourceVersion?: string;
  readonly allowWatchBookmarks?: boolean;
  /** Absent or 0: half an hour to an hour. */
  readonly timeoutSeconds?: number;
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK'; readonly object: BookmarkObject }
  | { readonly type: 'ERROR'; readonly object: Status };

interface BookmarkObject {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: {
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export interface Watcher {
  event(event: WatchEvent): void;
  /** The server has ended the watch: in good order, or by breaking its connection. */
  end(how: 'closed' | 'broken'): void;
}

/** How a test ends running watches: in good order, by broken connections, or with a 410 event first. */
export type WatchEnd = 'closed' | 'broken' | 'expired';

export interface Watches {
  watch(kind: Kind, query: WatchQuery, watcher: Watcher): Cancel;
  endAll(how: WatchEnd): void;
  count(): number;
}

/** As the real API server's: about once a minute, and two seconds before the timeout. */
const BOOKMARK_EVERY_MS = 60_000;
const BOOKMARK_BEFORE_END_MS = 2_000;
/** Without `timeoutSeconds`: once to twice this. */
const SHORTEST_DEFAULT_TIMEOUT_MS = 30 * 60_000;

export function createWatches(store: Store, clock: Clock, random: Random): Watches {
  const running = new Set<(how: WatchEnd) => void>();
  return {
    watch(kind, query, watcher) {
      const matches = matcherOf(kind, query.namespace ?? '', query);
      const missed = changesMissed(store, query.resourceVersion);
      if (missed === 'expired') {
        watcher.event(errorEvent(expired(tooOld(store, query.resourceVersion))));
        watcher.end('closed');
        return () => {};
      }
      const stops: Cancel[] = [];
      const stop = () => {
        running.delete(end);
        for (const each of stops.splice(0)) each();
      };
      const end = (how: WatchEnd) => {
        stop();
        if (how === 'expired') {
          watcher.event(errorEvent(expired(tooOld(store, query.resourceVersion))));
        }
        watcher.end(how === 'broken' ? 'broken' : 'closed');
      };
      running.add(end);
      stops.push(follow(store, kind, matches, query.resourceVersion, watcher));
      stops.push(...timers({ store, clock, random, kind, query, watcher, end }));
      begin(store, kind, matches, query, watcher, missed);
      return stop;
    },
    endAll(how) {
      for (const end of [...running]) end(how);
    },
    count: () => running.size,
  };
}

function tooOld(store: Store, version: string | undefined): string {
  return `too old resource version: ${version ?? ''} (${store.version()})`;
}

function errorEvent(error: ApiError): WatchEvent {
  return { type: 'ERROR', object: error.status };
}

function fromScratch(version: string | undefined): boolean {
  return version === undefined || version === '' || version === '0';
}

function changesMissed(store: Store, version: string | undefined): readonly Change[] | 'expired' {
  if (fromScratch(version)) return [];
  return store.changesSince(Number(version)) ?? 'expired';
}

/** What the watcher has to know before the live changes. */
function begin(
  store: Store,
  kind: Kind,
  matches: Matcher,
  query: WatchQuery,
  watcher: Watcher,
  missed: readonly Change[],
): void {
  if (fromScratch(query.resourceVersion)) {
    const present = store.all(kind).filter(matches);
    for (const object of present) watcher.event({ type: 'ADDED', object });
    if (query.allowWatchBookmarks) watcher.event(bookmark(store, kind, INITIAL_EVENTS_END));
    return;
  }
  for (const change of missed) pass(change, kind, matches, watcher);
}

function follow(
  store: Store,
  kind: Kind,
  matches: Matcher,
  from: string | undefined,
  watcher: Watcher,
): Cancel {
  const after = fromScratch(from) ? store.version() : Math.max(store.version(), Number(from));
  return store.onChange((change) => {
    if (change.version > after) pass(change, kind, matches, watcher);
  });
}

/** A change as a watch with selectors shows it: an object that comes to match is ADDED, one that ceases to is DELETED. */
function pass(change: Change, kind: Kind, matches: Matcher, watcher: Watcher): void {
  if (change.kind !== kind) return;
  const matched = change.previous !== undefined && matches(change.previous);
  const matching = change.type !== 'DELETED' && matches(change.object);
  if (matching) watcher.event({ type: matched ? 'MODIFIED' : 'ADDED', object: change.object });
  else if (matched && change.previous) {
    const { resourceVersion } = change.object.metadata;
    const metadata = { ...change.previous.metadata, resourceVersion };
    watcher.event({ type: 'DELETED', object: { ...change.previous, metadata } });
  }
}

const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' };

function bookmark(store: Store, kind: Kind, annotations?: Record<string, string>): WatchEvent {
  const resourceVersion = String(store.version());
  return {
    type: 'BOOKMARK',
    object: {
      kind: kind.kind,
      apiVersion: apiVersionOf(kind),
      metadata: { resourceVersion, ...(annotations ? { annotations } : {}) },
    },
  };
}

interface Timed {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly kind: Kind;
  readonly query: WatchQuery;
  readonly watcher: Watcher;
  readonly end: (how: WatchEnd) => void;
}

function timers({ store, clock, random, kind, query, watcher, end }: Timed): Cancel[] {
  const timeoutMs = query.timeoutSeconds
    ? query.timeoutSeconds * 1_000
    : SHORTEST_DEFAULT_TIMEOUT_MS * (1 + random());
  const endAt = clock.now() + timeoutMs;
  const cancelEnd = clock.callAt(endAt, () => end('closed'));
  if (!query.allowWatchBookmarks) return [cancelEnd];

  let cancelBookmark: Cancel = () => {};
  const plan = () => {
    const at = Math.min(clock.now() + BOOKMARK_EVERY_MS, endAt - BOOKMARK_BEFORE_END_MS);
    if (at <= clock.now()) return;
    cancelBookmark = clock.callAt(at, () => {
      watcher.event(bookmark(store, kind));
      plan();
    });
  };
  plan();
  return [cancelEnd, () => cancelBookmark()];
}
