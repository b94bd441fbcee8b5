import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { type WakeTimer, wakeTimer } from '../../base/wake-timer.ts';
import { isKubeError, type KubeError } from '../api/kube-error.ts';
import type { PodEvent } from '../pod-event.ts';
import type {
  ListQuery,
  PodPage,
  ReflectorAction,
  ReflectorInput,
  ReflectorReport,
  ReflectorSettings,
  WatchEvent,
  WatchQuery,
} from './messages.ts';
import { createReflector, type Reflector } from './reflector.ts';

/** The two requests that the reflector makes. What they throw are KubeErrors, or the signal's reason. */
export interface PodsApi {
  list(query: ListQuery, signal: AbortSignal): Promise<PodPage>;
  /** `onAccepted` is called when the server has taken the watch. */
  watch(
    query: WatchQuery,
    signal: AbortSignal,
    onAccepted: () => void,
  ): AsyncIterable<readonly WatchEvent[]>;
}

export interface ReflectorParts {
  readonly api: PodsApi;
  readonly settings: ReflectorSettings;
  readonly clock: Clock;
  readonly random: Random;
  /** Takes in what there is to know of pods. */
  readonly sink: (event: PodEvent) => void;
  /** Takes in what there is to log and to count. */
  readonly report: (report: ReflectorReport) => void;
}

export interface RunningReflector {
  /** Ends its requests; nothing is told after it. */
  stop(): void;
}

/** Lists and watches pods from now on, until it is stopped, whatever the API server does. */
export function startReflector(parts: ReflectorParts): RunningReflector {
  const runner: Runner = {
    parts,
    reflector: createReflector(parts.settings),
    requests: new Map(),
    timer: wakeTimer(parts.clock, () => feed(runner, { kind: 'wake' })),
    stopped: false,
  };
  feed(runner, { kind: 'wake' });
  return { stop: () => stop(runner) };
}

interface Runner {
  readonly parts: ReflectorParts;
  readonly reflector: Reflector;
  /** The requests under way. */
  readonly requests: Map<number, AbortController>;
  readonly timer: WakeTimer;
  stopped: boolean;
}

function stop(runner: Runner): void {
  runner.stopped = true;
  runner.timer.stop();
  for (const request of runner.requests.values()) request.abort();
}

function feed(runner: Runner, input: ReflectorInput): void {
  const { parts, reflector, timer } = runner;
  for (const action of reflector.step(input, parts.clock.now(), parts.random())) {
    if (runner.stopped) return;
    act(runner, action);
  }
  timer.set(reflector.nextWake());
}

function act(runner: Runner, action: ReflectorAction): void {
  switch (action.kind) {
    case 'emit':
      return runner.parts.sink(action.event);
    case 'report':
      return runner.parts.report(action.report);
    case 'abort':
      return runner.requests.get(action.request)?.abort();
    case 'list':
      return void list(runner, action.request, action.query);
    case 'watch':
      return void watch(runner, action.request, action.query);
  }
}

function list(runner: Runner, request: number, query: ListQuery): Promise<void> {
  const work = async (signal: AbortSignal) => {
    const page = await runner.parts.api.list(query, signal);
    feed(runner, { kind: 'page', request, page });
  };
  return carryOut(runner, request, work, (error) => ({ kind: 'list-failed', request, error }));
}

function watch(runner: Runner, request: number, query: WatchQuery): Promise<void> {
  const work = async (signal: AbortSignal) => {
    const onAccepted = () => feed(runner, { kind: 'watch-accepted', request });
    for await (const events of runner.parts.api.watch(query, signal, onAccepted)) {
      feed(runner, { kind: 'events', request, events });
    }
    feed(runner, { kind: 'watch-ended', request, error: undefined });
  };
  return carryOut(runner, request, work, (error) => ({ kind: 'watch-ended', request, error }));
}

/** Carries a request out; what it fails with becomes an input, unless it was aborted. */
async function carryOut(
  runner: Runner,
  request: number,
  work: (signal: AbortSignal) => Promise<void>,
  failed: (error: KubeError) => ReflectorInput,
): Promise<void> {
  const controller = new AbortController();
  runner.requests.set(request, controller);
  try {
    await work(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) return;
    if (!isKubeError(error)) throw error;
    feed(runner, failed(error));
  } finally {
    runner.requests.delete(request);
  }
}
