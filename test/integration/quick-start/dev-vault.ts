import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Answer } from '../../../quick-start/run/command.ts';
import { AdminClient } from '../../support/real/admin-client.ts';
import { findBinary } from '../../support/real/process/binaries.ts';
import { freePort } from '../../support/real/process/free-port.ts';
import { ServerProcess } from '../../support/real/process/server-process.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';

/** A real OpenBao in development mode, as it is in its pod: its root token lies in its HOME. */
export class DevVault implements AsyncDisposable {
  readonly #addr: string;
  readonly #folder: ScratchFolder;
  readonly #process: ServerProcess;

  private constructor(addr: string, folder: ScratchFolder, process: ServerProcess) {
    this.#addr = addr;
    this.#folder = folder;
    this.#process = process;
  }

  static async start(): Promise<DevVault> {
    const folder = new ScratchFolder('dev-vault');
    const address = `127.0.0.1:${await freePort()}`;
    const process = new ServerProcess({
      name: 'bao',
      path: findBinary('openbao'),
      args: ['server', '-dev', `-dev-listen-address=${address}`],
      cwd: folder.path,
      log: folder.file('log'),
    });
    const vault = new DevVault(`http://${address}`, folder, process);
    await process.ready(async () => (await vault.exec(['token', 'lookup'])).code === 0);
    return vault;
  }

  /** The command line `bao ARGS …`, with what `kubectl exec` adds to its end. */
  async exec(args: readonly string[], input = ''): Promise<Answer> {
    const env = { HOME: this.#folder.path, VAULT_ADDR: this.#addr };
    const child = spawn(findBinary('openbao'), [...args], { env });
    child.stdin.once('error', () => undefined);
    child.stdin.end(input);
    const ended = new Promise<number>((resolve) =>
      child.once('close', (code) => resolve(code ?? 1)),
    );
    const [code, stdout, stderr] = await Promise.all([
      ended,
      text(child.stdout),
      text(child.stderr),
    ]);
    const end = code === 0 ? '' : `command terminated with exit code ${code}\n`;
    return { code, stdout, stderr: stderr + end };
  }

  /** Its HTTP API with a token; nothing for none. */
  as(token: string | undefined, headers: Readonly<Record<string, string>> = {}): AdminClient {
    const who = token === undefined ? {} : { 'x-vault-token': token };
    return new AdminClient(`${this.#addr}/v1/`, { ...who, ...headers });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.kill();
    this.#folder.remove();
  }
}
