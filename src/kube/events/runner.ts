import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { type WakeTimer, wakeTimer } from '../../base/wake-timer.ts';
import { isKubeError } from '../api/kube-error.ts';
import type { EventsApi } from './events-api.ts';
import type {
  RecorderAction,
  RecorderInput,
  RecorderReport,
  RecorderSettings,
} from './messages.ts';
import type { PodNotice } from './pod-notice.ts';
import { createEventRecorder, type EventRecorder } from './recorder.ts';

export interface EventWriterParts {
  readonly api: EventsApi;
  readonly settings: RecorderSettings;
  readonly clock: Clock;
  readonly random: Random;
  /** Takes in what there is to log and to count. */
  readonly report: (report: RecorderReport) => void;
}

/** Writes Events about pods in the background, as good as it can. */
export interface EventWriter {
  /** Never waits, and never throws. */
  write(notice: PodNotice): void;
  /** Resolves when all that there is to tell is written, or after `withinMs`. */
  finish(withinMs: number): Promise<void>;
  /** Breaks off what is under way; nothing is written after it. */
  stop(): void;
}

export function startEventWriter(parts: EventWriterParts): EventWriter {
  const runner: Runner = {
    parts,
    recorder: createEventRecorder(parts.settings),
    abort: new AbortController(),
    timer: wakeTimer(parts.clock, () => feed(runner, { kind: 'wake' })),
    whenToldAll: [],
  };
  return {
    write: (notice) => feed(runner, { kind: 'notice', notice, at: parts.clock.wallClock() }),
    async finish(withinMs) {
      if (runner.recorder.hasToldAll()) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      runner.whenToldAll.push(resolve);
      const cancel = parts.clock.callAt(parts.clock.now() + withinMs, resolve);
      await promise;
      cancel();
    },
    stop() {
      runner.timer.stop();
      runner.abort.abort();
    },
  };
}

interface Runner {
  readonly parts: EventWriterParts;
  readonly recorder: EventRecorder;
  readonly abort: AbortController;
  readonly timer: WakeTimer;
  readonly whenToldAll: (() => void)[];
}

function feed(runner: Runner, input: RecorderInput): void {
  if (runner.abort.signal.aborted) return;
  const { recorder, parts, timer } = runner;
  const { clock, random } = parts;
  for (const action of recorder.step(input, clock.now(), random())) act(runner, action);
  timer.set(recorder.nextWake(clock.now()));
  if (recorder.hasToldAll()) for (const done of runner.whenToldAll.splice(0)) done();
}

function act(runner: Runner, action: RecorderAction): void {
  if (action.kind === 'report') return runner.parts.report(action.report);
  void carryOut(runner, action);
}

async function carryOut(
  runner: Runner,
  action: Exclude<RecorderAction, { kind: 'report' }>,
): Promise<void> {
  const { api } = runner.parts;
  const { signal } = runner.abort;
  try {
    if (action.kind === 'create') await api.create(action.event, signal);
    else await api.patch(action, action.change, signal);
    feed(runner, { kind: 'answered', error: undefined });
  } catch (error) {
    if (signal.aborted) return;
    if (!isKubeError(error)) throw error;
    feed(runner, { kind: 'answered', error });
  }
}
