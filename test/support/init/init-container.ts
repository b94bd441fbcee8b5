import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseReply, type Reply } from '../../../src/wire/answer.ts';
import { encodePush, type Push } from '../../../src/wire/push.ts';
import { podAddresses } from '../installation/addresses.ts';
import { builtProgram } from '../installation/programs.ts';
import { Program } from '../program.ts';
import { ScratchFolder } from '../real/scratch-folder.ts';
import { until, within } from '../until.ts';
import { post } from './post.ts';

const nextAddress = podAddresses();
const PORT = 50_000;

export interface InitOptions {
  /** Beside VAULT_ROLE_ID, CREDENTIALS_PATH and LISTEN_ADDRESS; undefined leaves one of these out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What it is expected to end with instead of ever listening. */
  readonly args?: readonly string[];
}

export type LogLine = Readonly<Record<string, unknown>> & {
  readonly level: string;
  readonly msg: string;
};

/** The built init container in a process of its own. */
export class InitContainer implements AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Where its credential files go. */
  readonly credentials: string;
  readonly #folder = new ScratchFolder('init');
  readonly #program: Program;

  constructor({ environment = {}, args = [] }: InitOptions = {}) {
    this.credentials = this.#folder.file('credentials');
    mkdirSync(this.credentials);
    const wanted: Record<string, string | undefined> = {
      VAULT_ROLE_ID: 'role-id-of-the-test',
      CREDENTIALS_PATH: this.credentials,
      LISTEN_ADDRESS: nextAddress(),
      ...environment,
    };
    this.host = wanted['LISTEN_ADDRESS'] ?? '127.0.0.1';
    this.port = Number(wanted['LISTEN_PORT'] ?? PORT);
    const set = Object.entries(wanted).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    this.#program = new Program({
      name: 'kubernetes-vault-init',
      file: builtProgram('kubernetes-vault-init'),
      args,
      environment: Object.fromEntries(set),
    });
  }

  /** Starts one and waits until it listens. */
  static async listening(options?: InitOptions): Promise<InitContainer> {
    const container = new InitContainer(options);
    await using starting = new AsyncDisposableStack();
    starting.use(container);
    await until('the init container listens', () => {
      if (container.says(/^waiting for the controller/)) return true;
      if (/"level":"error"/.test(container.printed)) throw new Error(container.printed);
      return false;
    });
    starting.move();
    return container;
  }

  get pid(): number {
    return this.#program.pid;
  }

  get printed(): string {
    return this.#program.printed;
  }

  /** The lines that it has logged so far. */
  get log(): LogLine[] {
    const lines = this.printed.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as LogLine);
  }

  /** The exit code. */
  ended(): Promise<number> {
    return within('the init container has ended', this.#program.ended, 30_000);
  }

  says(message: RegExp): boolean {
    return this.log.some(({ msg }) => message.test(msg));
  }

  signal(signal: NodeJS.Signals): void {
    this.#program.signal(signal);
  }

  /** Pushes, and gives what a controller would make of the answer. */
  async push(push: Push): Promise<Reply> {
    return await this.post(encodePush(push));
  }

  async post(body: string): Promise<Reply> {
    const reply = await post({ host: this.host, port: this.port, body });
    return parseReply(reply.status, reply.body);
  }

  /** The names of the files in its credentials directory. */
  files(): string[] {
    return readdirSync(this.credentials).sort();
  }

  file(name: string): string {
    return readFileSync(join(this.credentials, name), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    await this.#program.ended;
    this.#folder.remove();
  }
}
