import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { until } from '../../until.ts';
import { atEnd } from './at-end.ts';
import { dyingWithUs } from './dying-with-us.ts';

const running = new Set<ServerProcess>();

atEnd(() => {
  for (const server of running) server.killNow();
});

/** What to start. */
export interface Command {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  /** The folder it runs in, also its HOME. */
  readonly cwd: string;
  /** The file that its output is appended to. */
  readonly log: string;
}

/** A server's process, which never outlives the one that started it. */
export class ServerProcess {
  readonly #command: Command;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  /** Starts it; `ready` tells when it serves. */
  constructor(command: Command) {
    this.#command = command;
    const [program = command.path, ...args] = [...dyingWithUs(), command.path, ...command.args];
    const log = openSync(command.log, 'a');
    const env = { PATH: process.env['PATH'], HOME: command.cwd };
    const stdio = ['ignore', log, log] as const;
    this.#child = spawn(program, args, { cwd: command.cwd, env, stdio: [...stdio] });
    closeSync(log);
    this.#exited = once(this.#child, 'exit').catch(() => undefined);
    this.#child.unref();
    running.add(this);
  }

  /** Its process id; 0 if it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasEnded(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  /**
   * Waits until `probe` answers true; its errors mean "not yet".
   * @throws Error with the server's last output if it ends before that or takes too long.
   */
  async ready(probe: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
    const { name } = this.#command;
    const settled = async () => this.hasEnded || (await probe());
    try {
      await until(`${name} is ready`, settled, withinMs);
    } catch (cause) {
      throw new Error(`${name} was not ready in ${withinMs} ms. ${this.#lastWords()}`, { cause });
    }
    if (this.hasEnded) throw new Error(`${name} ended before it was ready. ${this.#lastWords()}`);
  }

  /** Asks it to end (SIGTERM), and after `withinMs` makes it (SIGKILL). */
  async stop(withinMs = 10_000): Promise<void> {
    this.#child.kill('SIGTERM');
    this.resume();
    const force = setTimeout(() => this.#child.kill('SIGKILL'), withinMs);
    await this.#end();
    clearTimeout(force);
  }

  /** Ends it without warning, as a crash would. */
  async kill(): Promise<void> {
    this.killNow();
    await this.#end();
  }

  /** As `kill`, without waiting for the end. */
  killNow(): void {
    this.#child.kill('SIGKILL');
  }

  /** Stops it where it is: connections stay open and nothing answers. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Lets it go on after `pause`. */
  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async #end(): Promise<void> {
    this.#child.ref();
    if (!this.hasEnded) await this.#exited;
    running.delete(this);
  }

  #lastWords(): string {
    const { log } = this.#command;
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15);
    return `Its output is in ${log}; the last lines:\n${lines.join('\n')}`;
  }
}
