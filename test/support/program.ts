import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { atEnd } from './real/process/at-end.ts';
import { dyingWithUs } from './real/process/dying-with-us.ts';

const running = new Set<Program>();

atEnd(() => {
  for (const program of running) program.signal('SIGKILL');
});

/** What to start. */
export interface Launch {
  /** What messages call it. */
  readonly name: string;
  /** The JavaScript file that this Node runs. */
  readonly file: string;
  readonly args?: readonly string[];
  /** Its whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Words before the command, such as those that enter a machine of a network. */
  readonly enter?: readonly string[];
}

/** A program of ours in a process of its own, which never outlives the one that started it. */
export class Program {
  readonly name: string;
  /** The exit code when all that it printed has come; as a shell has it where a signal ended it. */
  readonly ended: Promise<number>;
  readonly #child: ChildProcess;
  #printed = '';

  constructor({ name, file, args = [], environment, cwd, enter = [] }: Launch) {
    const [command, ...rest] = [...dyingWithUs(), ...enter, process.execPath, file, ...args];
    const options = { env: { ...environment }, ...(cwd === undefined ? {} : { cwd }) };
    this.name = name;
    this.#child = spawn(command ?? '', rest, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#printed += text;
      });
      (stream as Socket | null)?.unref();
    }
    // A test that fails leaves it behind: it must not keep the process.
    this.#child.unref();
    running.add(this);
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      running.delete(this);
      return code ?? 128 + constants.signals[signal as NodeJS.Signals];
    });
  }

  /** Its process id; 0 if it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** All that it has printed so far, on both outputs. */
  get printed(): string {
    return this.#printed;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
