import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { AdminClient } from './admin-client.ts';
import { AUDIT_FILE, type OpenBaoSetup, openBaoConfig } from './openbao-config.ts';
import { findBinary } from './process/binaries.ts';
import { freePort, requireFree } from './process/free-port.ts';
import { ServerProcess } from './process/server-process.ts';
import { ScratchFolder } from './scratch-folder.ts';
import { createTestCa } from './test-ca.ts';
import { urlHost } from './url-host.ts';

/** How a test wants its OpenBao. */
export interface OpenBaoOptions {
  /** The IP address that it binds to; 127.0.0.1 by default. */
  readonly address?: string;
  /** A port of the test's choice instead of a free one. */
  readonly port?: number;
  /** Serve https, with a certificate of a CA made for this server. */
  readonly tls?: boolean;
  /** Write down each request, with who made it: see `auditFile`. */
  readonly audit?: boolean;
}

type Headers = Readonly<Record<string, string>>;

/** Starts an OpenBao that keeps its state in memory: after `restart` it is a new, empty one. */
export function startOpenBao(options: OpenBaoOptions = {}): Promise<OpenBao> {
  return OpenBao.create(options, 'inmem');
}

/** Starts an OpenBao on raft storage, whose state outlives `stop`, `kill` and `restart`. */
export function startOpenBaoPersistent(options: OpenBaoOptions = {}): Promise<OpenBao> {
  return OpenBao.create(options, 'raft');
}

/** A real OpenBao, initialized and unsealed; disposing ends it and removes its files. */
export class OpenBao implements AsyncDisposable {
  readonly addr: string;
  /** Random, and the same after a restart. */
  readonly rootToken: string;
  /** The CA of `tls`, and a file that holds it. */
  readonly caPem: string | undefined;
  readonly caFile: string;
  readonly #setup: OpenBaoSetup;
  readonly #folder: ScratchFolder;
  readonly #client: AdminClient;
  #process: ServerProcess | undefined;
  #unsealKey = '';

  private constructor(setup: OpenBaoSetup, folder: ScratchFolder, caPem: string | undefined) {
    this.addr = setup.addr;
    this.rootToken = `root-${randomBytes(16).toString('hex')}`;
    this.caPem = caPem;
    this.caFile = folder.file('ca.crt');
    this.#setup = setup;
    this.#folder = folder;
    this.#client = new AdminClient(`${setup.addr}/v1/`, {}, caPem);
  }

  /** Use `startOpenBao` or `startOpenBaoPersistent`. */
  static async create(options: OpenBaoOptions, storage: 'inmem' | 'raft'): Promise<OpenBao> {
    findBinary('openbao');
    const { address = '127.0.0.1', tls = false, audit = false } = options;
    const port = options.port ?? (await freePort(address));
    const folder = new ScratchFolder('openbao');
    const addr = `${tls ? 'https' : 'http'}://${urlHost(address)}:${port}`;
    const clusterPort = await freePort(address);
    const setup = { address, port, clusterPort, addr, storage, tls, audit };
    mkdirSync(folder.file('data'));
    writeFileSync(folder.file('config.json'), openBaoConfig(setup, folder));
    const bao = new OpenBao(setup, folder, tls ? await writeTls(folder, address) : undefined);
    await bao.start();
    return bao;
  }

  /** The process id; 0 while it is stopped. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** The file with all its output so far. */
  get logFile(): string {
    return this.#folder.file('log');
  }

  /** The file of the audit device, if there is one: a line of JSON for each request and each answer. */
  get auditFile(): string {
    return this.#folder.file(AUDIT_FILE);
  }

  /** Starts it again after `stop` or `kill`, on the same port, and unseals it. */
  async start(): Promise<void> {
    await requireFree(this.#setup.port, this.#setup.address);
    const args = ['server', `-config=${this.#folder.file('config.json')}`];
    const path = findBinary('openbao');
    const cwd = this.#folder.path;
    const started = new ServerProcess({ name: 'openbao', path, args, cwd, log: this.logFile });
    this.#process = started;
    try {
      let initialized = false;
      await started.ready(async () => {
        ({ initialized } = await this.#call<{ initialized: boolean }>('GET', 'sys/init'));
        return true;
      });
      if (!initialized) this.#unsealKey = await this.#initialize();
      else await this.unseal();
    } catch (error) {
      this.#folder.keep();
      await this.stop();
      throw error;
    }
  }

  /** Ends it gracefully; its port and, on raft storage, its state stay for `start`. */
  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.#process?.kill();
    this.#process = undefined;
  }

  /** `stop` and `start`. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Stops it where it is (connections stay open, nothing answers) until `resume`. */
  pause(): void {
    this.#process?.pause();
  }

  resume(): void {
    this.#process?.resume();
  }

  /** Seals it: every request is answered with 503 until `unseal`. */
  async seal(): Promise<void> {
    await this.request('PUT', 'sys/seal');
  }

  /** Unseals it and waits until it is active. */
  async unseal(): Promise<void> {
    await this.#unsealWith(this.#unsealKey);
  }

  /**
   * A request with the root token; `path` is what follows `/v1/`.
   * @throws RequestFailed if the answer is not 2xx.
   */
  request<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Headers,
  ): Promise<T> {
    return this.#call(method, path, body, { 'x-vault-token': this.rootToken, ...headers });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    this.#folder.remove();
  }

  #call<T>(method: string, path: string, body?: unknown, headers?: Headers): Promise<T> {
    return this.#client.request<T>(method, path, body, headers);
  }

  async #initialize(): Promise<string> {
    const shares = { secret_shares: 1, secret_threshold: 1 };
    type Initialized = { keys_base64: [string]; root_token: string };
    const { keys_base64: keys, root_token: first } = await this.#call<Initialized>(
      'PUT',
      'sys/init',
      shares,
    );
    await this.#unsealWith(keys[0]);
    const token = { id: this.rootToken, policies: ['root'], no_parent: true };
    await this.#call('POST', 'auth/token/create', token, { 'x-vault-token': first });
    return keys[0];
  }

  async #unsealWith(key: string): Promise<void> {
    await this.#call('PUT', 'sys/unseal', { key });
    await this.#process?.ready(async () => {
      await this.#call('GET', 'sys/health');
      return true;
    });
  }
}

async function writeTls(folder: ScratchFolder, address: string): Promise<string> {
  const ca = await createTestCa('OpenBao test CA');
  const { certPem, keyPem } = await ca.issue('openbao', [address, 'localhost']);
  writeFileSync(folder.file('ca.crt'), ca.caPem);
  writeFileSync(folder.file('tls.crt'), certPem);
  writeFileSync(folder.file('tls.key'), keyPem, { mode: 0o600 });
  return ca.caPem;
}
