import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { atEnd } from '../../test/support/real/process/at-end.ts';
import { monotonicMs } from './monotonic.ts';

/** A program under test that runs. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** Just before it was started, on the machine's monotonic clock. */
  readonly startedAt: number;
  /** Rejects, with the end of what it printed, if the program ends before it is disposed of. */
  readonly died: Promise<never>;
  /** Ends it by that signal, and by SIGKILL where that does not do it in 10 s; resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The file that takes what it prints. */
  readonly log: string;
}

const STOP_WITHIN_MS = 10_000;
const running = new Set<ChildProcess>();

atEnd(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program, alone with the environment given; disposing of it stops it: SIGTERM, then SIGKILL. */
export function startProgram({ name, command, args, env, log }: Launch): Program {
  const output = openSync(log, 'a');
  const startedAt = monotonicMs();
  const child = spawn(command, args, { env, stdio: ['ignore', output, output] });
  closeSync(output);
  let stopping = false;
  running.add(child);
  const ended = once(child, 'exit').finally(() => running.delete(child));
  const died = ended.then(([code, signal]) => {
    if (stopping) return new Promise<never>(() => {});
    throw new Error(`${name} ended with ${signal ?? code}:\n${lastLines(log)}`);
  });
  died.catch(() => {});
  if (child.pid === undefined) throw new Error(`${name}: ${command} cannot be started`);
  const end = async (signal: NodeJS.Signals) => {
    stopping = true;
    child.kill(signal);
    const giveUp = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    if (child.exitCode === null && child.signalCode === null) await ended;
    clearTimeout(giveUp);
  };
  return { pid: child.pid, startedAt, died, end, [Symbol.asyncDispose]: () => end('SIGTERM') };
}

function lastLines(log: string): string {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-30).join('\n');
}
