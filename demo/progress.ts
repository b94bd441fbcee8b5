import type { LogLine } from '../test/support/installation/controller.ts';
import type { Part } from './cast.ts';
import type { PodOnStage } from './pod-on-stage.ts';

/** How far a pod has come. All times are milliseconds since its init container's process was started. */
export interface Progress {
  readonly part: Part;
  readonly state: 'to-come' | 'under-way' | 'hindered' | 'served' | 'failed';
  /** The controller had a wrapped secret_id made for it. */
  readonly minted: number | undefined;
  /** Its init container listened. */
  readonly listening: number | undefined;
  /** Its token file was written. */
  readonly token: number | undefined;
  /** Why it waits, in the controller's words, and what to do about it. */
  readonly problem: { readonly message: string; readonly remedy: string } | undefined;
  /** Its annotation was put right on the way. */
  readonly corrected: boolean;
}

/** What is known of a pod from the controller's log, its own log and its volume. */
export function progressOf(
  part: Part,
  pod: PodOnStage | undefined,
  controllerLog: readonly LogLine[],
  corrected: boolean,
): Progress {
  const none = { minted: undefined, listening: undefined, token: undefined, problem: undefined };
  if (pod === undefined) return { part, state: 'to-come', ...none, corrected };
  const since = (time: unknown) =>
    typeof time === 'string' ? Math.max(0, Date.parse(time) - pod.startedAt) : undefined;
  const name = `${part.namespace}/${part.name}`;
  const about = controllerLog.filter((line) => line['pod'] === name);
  const minted = about.find(({ msg }) => msg.startsWith('minted'));
  const complaint = about.findLast(({ level }) => level === 'warn' || level === 'error');
  const writtenAt = pod.tokenWrittenAt();
  const state = stateOf(pod, complaint !== undefined && minted === undefined);
  return {
    part,
    state,
    minted: since(minted?.['time']),
    listening: since(/"time":"([^"]+)".*"waiting for the controller/.exec(pod.printed())?.[1]),
    token: writtenAt === undefined ? undefined : Math.max(0, writtenAt - pod.startedAt),
    problem: state === 'hindered' && complaint ? inWords(complaint) : undefined,
    corrected,
  };
}

function stateOf(pod: PodOnStage, complained: boolean): Progress['state'] {
  const code = pod.exitCode();
  if (code === 0) return 'served';
  if (code !== undefined) return 'failed';
  return complained ? 'hindered' : 'under-way';
}

function inWords({ msg, remedy }: LogLine): { message: string; remedy: string } {
  return { message: msg, remedy: typeof remedy === 'string' ? remedy : '' };
}
