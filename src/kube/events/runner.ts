import type { Cancel, Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { isKubeError } from '../api/kube-error.ts';
import type { EventsApi } from './events-api.ts';
import type {
  PodNotice,
  RecorderAction,
  RecorderInput,
  RecorderReport,
  RecorderSettings,
} from './messages.ts';
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
  /** Breaks off what is under way; nothing is written after it. */
  stop(): void;
}

export function startEventWriter(parts: EventWriterParts): EventWriter {
  const runner: Runner = {
    parts,
    recorder: createEventRecorder(parts.settings),
    abort: new AbortController(),
    timer: undefined,
  };
  return {
    write: (notice) => feed(runner, { kind: 'notice', notice, at: parts.clock.wallClock() }),
    stop() {
      runner.timer?.cancel();
      runner.abort.abort();
    },
  };
}

interface Runner {
  readonly parts: EventWriterParts;
  readonly recorder: EventRecorder;
  readonly abort: AbortController;
  timer: { readonly at: number; readonly cancel: Cancel } | undefined;
}

function feed(runner: Runner, input: RecorderInput): void {
  if (runner.abort.signal.aborted) return;
  const { recorder, parts } = runner;
  const { clock, random } = parts;
  for (const action of recorder.step(input, clock.now(), random())) act(runner, action);
  setTimer(runner);
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

/** An earlier timer is left alone: notices come often, and each would put the next wake off. */
function setTimer(runner: Runner): void {
  const { clock } = runner.parts;
  const at = runner.recorder.nextWake(clock.now());
  if (at === undefined) return;
  if (runner.timer !== undefined) {
    if (runner.timer.at <= at) return;
    runner.timer.cancel();
  }
  const wake = () => {
    runner.timer = undefined;
    feed(runner, { kind: 'wake' });
  };
  runner.timer = { at, cancel: clock.callAt(at, wake) };
}
