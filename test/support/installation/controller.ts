import { Program } from '../program.ts';
import { until } from '../until.ts';
import { builtProgram } from './programs.ts';

/** A line of a log: `level`, `msg`, and fields. */
export type LogLine = Readonly<Record<string, unknown>> & {
  readonly level: string;
  readonly msg: string;
};

/** Which lines are meant: the message, and the fields that it must have. */
export interface Wanted {
  readonly msg?: RegExp;
  readonly [field: string]: unknown;
}

/** A controller that runs: the built program, in a process of its own. */
export class Controller {
  readonly #program: Program;

  /**
   * @param enter words before the command, such as those that enter a machine of a network
   * @param dist the folder of another version's programs
   */
  constructor(
    environment: Readonly<Record<string, string>>,
    config: string,
    { enter = [], dist }: { readonly enter?: readonly string[]; readonly dist?: string } = {},
  ) {
    const file = builtProgram('kubernetes-vault', dist);
    const args = ['--config', config, '--log-level', 'debug'];
    this.#program = new Program({ name: 'controller', file, args, environment, enter });
  }

  /** The exit code, when it has ended. */
  get ended(): Promise<number> {
    return this.#program.ended;
  }

  get printed(): string {
    return this.#program.printed;
  }

  /** What it has logged so far that is meant. */
  said(wanted: Wanted = {}): LogLine[] {
    return linesOf(this.printed).filter((line) => fits(line, wanted));
  }

  /** How often it has told of an attempt in vain, of this pod's or of any: a busy machine has them. */
  toldInVain(pod?: string): number {
    const lines = this.said(pod === undefined ? {} : { pod });
    return lines.filter(({ reason }) => reason !== undefined).length;
  }

  /** Waits for such a line. */
  says(wanted: Wanted, withinMs = 20_000): Promise<LogLine> {
    const what = `the controller says ${wanted.msg ?? JSON.stringify(wanted)}`;
    return until(what, () => this.said(wanted)[0], withinMs);
  }

  /**
   * Waits until `isReached`, while it runs.
   * @throws what it printed, at once when it has ended, else after `withinMs` milliseconds
   */
  async reaches(what: string, isReached: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
    const ended = this.ended.then((code) => {
      throw new Error(`it ended with ${code} before ${what}`);
    });
    ended.catch(() => undefined);
    try {
      await Promise.race([until(what, isReached, withinMs), ended]);
    } catch (cause) {
      throw new Error(`the controller printed:\n${this.printed}`, { cause });
    }
  }

  /** Waits until it has listed all pods and watches them. */
  async watches(): Promise<this> {
    await this.says({ msg: /^listed \d+ pods.*watching/ });
    return this;
  }

  /** Tells it to stop; its exit code. */
  async stop(): Promise<number> {
    this.#program.signal('SIGTERM');
    return await this.ended;
  }

  /** Sends it a signal, and waits for nothing. */
  signal(signal: NodeJS.Signals): void {
    this.#program.signal(signal);
  }

  /** Ends it without warning. */
  async kill(): Promise<void> {
    this.#program.signal('SIGKILL');
    await this.ended;
  }
}

/** The last line may not have come whole yet. */
function linesOf(printed: string): LogLine[] {
  const lines = printed.slice(0, printed.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine);
}

function fits(line: LogLine, { msg, ...fields }: Wanted): boolean {
  if (msg !== undefined && !msg.test(line.msg)) return false;
  return Object.entries(fields).every(([name, value]) => line[name] === value);
}
