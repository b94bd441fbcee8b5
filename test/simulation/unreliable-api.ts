import type { Clock } from '../../src/base/clock.ts';
import type { Random } from '../../src/base/random.ts';
import { type KubeError, RetryableKubeError, refusalError } from '../../src/kube/api/kube-error.ts';
import { decodePod } from '../../src/kube/decode-pod.ts';
import type {
  ListQuery,
  ReflectorInput,
  WatchEvent,
  WatchQuery,
} from '../../src/kube/reflector/messages.ts';
import { ApiError } from '../../src/sim/api-server/api-error.ts';
import type { ApiServer } from '../../src/sim/api-server/api-server.ts';
import { KINDS } from '../../src/sim/api-server/kinds.ts';
import type { WatchEvent as RawEvent } from '../../src/sim/api-server/watch.ts';

/** How bad the way to the API server is at the moment. */
export interface Weather {
  /** The share of requests that fail, 0 to 1. */
  faults: number;
  /** Nobody answers at all. */
  away: boolean;
}

export interface UnreliableApi {
  list(request: number, query: ListQuery): void;
  watch(request: number, query: WatchQuery): void;
  abort(request: number): void;
  /** The virtual time of each request. */
  readonly requestTimes: readonly number[];
}

interface Parts {
  readonly server: ApiServer;
  readonly clock: Clock;
  readonly random: Random;
  readonly weather: Weather;
  readonly feed: (input: ReflectorInput) => void;
}

/** The way between a reflector and an API server: everything takes time, and much goes wrong. */
export function unreliableApi(parts: Parts): UnreliableApi {
  const { server, clock, random, weather, feed } = parts;
  const aborted = new Set<number>();
  const requestTimes: number[] = [];
  const later = (request: number, run: () => void) => {
    clock.callAt(clock.now() + 1 + random() * 50, () => {
      if (!aborted.has(request)) run();
    });
  };
  const start = (request: number, run: () => void) => {
    requestTimes.push(clock.now());
    later(request, run);
  };
  const mishap = (): KubeError | undefined => {
    if (weather.away) return reset();
    return random() < weather.faults ? anyError(random) : undefined;
  };
  return {
    requestTimes,
    abort: (request) => void aborted.add(request),
    list(request, query) {
      start(request, () => {
        const fail = (error: KubeError) =>
          later(request, () => feed({ kind: 'list-failed', request, error }));
        const error = mishap();
        if (error !== undefined) return fail(error);
        const page = attempt(() => readPage(server, query));
        if (page instanceof Error) return fail(page);
        later(request, () => feed({ kind: 'page', request, page }));
      });
    },
    watch(request, query) {
      start(request, () => {
        const error = mishap();
        if (error !== undefined) return feed({ kind: 'watch-ended', request, error });
        // One in ten hangs: it seems open, and tells nothing.
        if (random() < weather.faults / 10) return;
        openWatch(parts, request, query, () => aborted.has(request));
      });
    },
  };
}

function reset(): KubeError {
  return new RetryableKubeError('unreachable', 'test', 'ECONNRESET');
}

function anyError(random: Random): KubeError {
  const codes = [500, 503, 504, 429, 403, 401, 410];
  const code = codes[Math.floor(random() * (codes.length + 3))];
  return code === undefined ? reset() : refusalError('test', { code, status: {} });
}

function attempt<T>(run: () => T): T | KubeError {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refusalError('test', { code: error.status.code, status: error.status });
  }
}

function readPage(server: ApiServer, query: ListQuery) {
  const { fieldSelector, limit, exactVersion, continueToken } = query;
  const { metadata, items } = server.list(KINDS.pods, {
    fieldSelector,
    limit,
    ...(exactVersion && { resourceVersion: exactVersion, resourceVersionMatch: 'Exact' }),
    ...(continueToken && { continue: continueToken }),
  });
  const facts = items.map(decodePod).filter((pod) => pod !== undefined);
  return { facts, version: metadata.resourceVersion, continueToken: metadata.continue };
}

/** Events arrive in their order, each a little late; those under way are lost when the connection breaks. */
function openWatch(parts: Parts, request: number, query: WatchQuery, isAborted: () => boolean) {
  const { server, clock, random, weather, feed } = parts;
  let open = true;
  let lastArrival = 0;
  const arrive = (run: () => void) => {
    lastArrival = Math.max(lastArrival, clock.now() + 1 + random() * 20);
    clock.callAt(lastArrival, () => {
      if (open && !isAborted()) run();
    });
  };
  const end = (error: KubeError | undefined) => {
    open = false;
    cancel();
    feed({ kind: 'watch-ended', request, error });
  };
  const cancel = server.watch(
    KINDS.pods,
    {
      resourceVersion: query.version,
      timeoutSeconds: query.timeoutSeconds,
      allowWatchBookmarks: true,
    },
    {
      event: (raw) =>
        arrive(() => {
          const event = decode(raw);
          if (event instanceof Error) end(event);
          else feed({ kind: 'events', request, events: [event] });
        }),
      end: (how) => arrive(() => end(how === 'broken' ? reset() : undefined)),
    },
  );
  const breaks = () => {
    if (!open || isAborted()) return cancel();
    if (weather.away || random() < weather.faults / 4) return end(reset());
    clock.callAt(clock.now() + 1_000, breaks);
  };
  clock.callAt(clock.now() + random() * 1_000, breaks);
}

function decode({ type, object }: RawEvent): WatchEvent | KubeError {
  if (type === 'ERROR') return refusalError('test', { code: object.code, status: object });
  const version = object.metadata.resourceVersion;
  if (type === 'BOOKMARK') return { kind: 'bookmark', version };
  const facts = decodePod(object);
  if (facts === undefined) return { kind: 'other', version };
  return type === 'DELETED' ? { kind: 'gone', version, facts } : { kind: 'pod', version, facts };
}
