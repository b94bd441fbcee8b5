import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AdminClient } from './admin-client.ts';
import { type Etcd, startEtcd } from './etcd.ts';
import {
  type ApiServerCredentials,
  type ApiServerSetup,
  auditFile,
  spawnApiServer,
  writeCredentials,
} from './kube-apiserver.ts';
import { findBinary } from './process/binaries.ts';
import { freePort, requireFree } from './process/free-port.ts';
import type { ServerProcess } from './process/server-process.ts';
import { ScratchFolder } from './scratch-folder.ts';
import { urlHost } from './url-host.ts';

/** How a test wants its control plane. */
export interface ControlPlaneOptions {
  /** The IP address that kube-apiserver binds to; 127.0.0.1 by default. */
  readonly address?: string;
  /** Write down each change of a Lease in this namespace, with who made it: see `auditFile`. */
  readonly auditLeasesOf?: string;
  /** Write down each request of the service accounts of this namespace: see `auditFile`. */
  readonly auditAccountsOf?: string;
}

/**
 * Starts etcd and kube-apiserver with RBAC: nobody plays kubelet, scheduler or controller manager
 * but the test. Pods need no service account, and the namespaces `default` and `kube-system` exist.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  findBinary('etcd');
  findBinary('kube-apiserver');
  const { address = '127.0.0.1', auditLeasesOf, auditAccountsOf } = options;
  const folder = new ScratchFolder('control-plane');
  let etcd: Etcd | undefined;
  try {
    etcd = await startEtcd(folder);
    const port = await freePort(address);
    const audits = { auditLeasesOf, auditAccountsOf };
    const setup = { folder, address, port, etcdUrl: etcd.url, ...audits };
    const plane = new ControlPlane(setup, await writeCredentials(folder, address), etcd);
    await plane.startApiServer();
    return plane;
  } catch (error) {
    folder.keep();
    await etcd?.process.kill();
    throw error;
  }
}

/** A real Kubernetes API; disposing ends it and removes its files. Use `startControlPlane`. */
export class ControlPlane implements AsyncDisposable {
  /** `https://ADDRESS:PORT`. */
  readonly url: string;
  readonly address: string;
  readonly port: number;
  readonly caPem: string;
  readonly caFile: string;
  /** Of a user who may do everything. */
  readonly adminToken: string;
  readonly #setup: ApiServerSetup;
  readonly #etcd: Etcd;
  readonly #client: AdminClient;
  #apiServer: ServerProcess | undefined;

  constructor(setup: ApiServerSetup, credentials: ApiServerCredentials, etcd: Etcd) {
    const { caPem, caFile, adminToken } = credentials;
    this.url = `https://${urlHost(setup.address)}:${setup.port}`;
    this.address = setup.address;
    this.port = setup.port;
    this.caPem = caPem;
    this.caFile = caFile;
    this.adminToken = adminToken;
    this.#setup = setup;
    this.#etcd = etcd;
    this.#client = new AdminClient(this.url, { authorization: `Bearer ${adminToken}` }, caPem);
  }

  /** The ids of the processes that run. */
  get pids(): number[] {
    const running = [this.#etcd.process, this.#apiServer].filter((one) => one && !one.hasEnded);
    return running.map((one) => one?.pid ?? 0);
  }

  /** The file with all of kube-apiserver's output so far. */
  get logFile(): string {
    return this.#setup.folder.file('kube-apiserver.log');
  }

  /** The audit log, if there is one: a line of JSON (audit.k8s.io/v1) for each request. */
  get auditFile(): string {
    return auditFile(this.#setup.folder);
  }

  /** Starts kube-apiserver again after `stopApiServer`: same port, same data, same credentials. */
  async startApiServer(): Promise<void> {
    await requireFree(this.port, this.address);
    const started = spawnApiServer(this.#setup);
    this.#apiServer = started;
    try {
      await started.ready(async () => {
        await this.request('GET', '/readyz');
        await this.request('GET', '/api/v1/namespaces/kube-system');
        await this.request('GET', '/api/v1/namespaces/default');
        return true;
      });
    } catch (error) {
      this.#setup.folder.keep();
      await this.stopApiServer();
      throw error;
    }
  }

  /** Ends kube-apiserver gracefully; a watch that stays open would keep it from ending by itself. */
  async stopApiServer(): Promise<void> {
    await this.#apiServer?.stop(2_000);
    this.#apiServer = undefined;
  }

  /** Ends kube-apiserver as a crash would. */
  async killApiServer(): Promise<void> {
    await this.#apiServer?.kill();
    this.#apiServer = undefined;
  }

  /** Stops kube-apiserver where it is (connections stay open, nothing answers) until `resume…`. */
  pauseApiServer(): void {
    this.#apiServer?.pause();
  }

  resumeApiServer(): void {
    this.#apiServer?.resume();
  }

  /**
   * Makes what began before now impossible to go on with, by 410: etcd forgets its history, and
   * kube-apiserver starts again with an empty watch cache.
   */
  async forgetHistory(): Promise<void> {
    await this.#etcd.compact();
    await this.killApiServer();
    await this.startApiServer();
  }

  /** Ends both servers for good, and so without ceremony. */
  async stop(): Promise<void> {
    await this.killApiServer();
    await this.#etcd.process.kill();
  }

  /**
   * A request as the administrator; `path` begins with `/api…`, and a PATCH is a strategic merge
   * patch unless `contentType` says otherwise.
   * @throws RequestFailed if the answer is not 2xx.
   */
  request<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    contentType = method === 'PATCH'
      ? 'application/strategic-merge-patch+json'
      : 'application/json',
  ): Promise<T> {
    return this.#client.request(method, path, body, { 'content-type': contentType });
  }

  /** A token of an existing service account, by TokenRequest, good for `seconds` (at least 600). */
  async serviceAccountToken(namespace: string, name: string, seconds = 3600): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    type TokenRequest = { status: { token: string } };
    const body = { spec: { expirationSeconds: seconds } };
    return (await this.request<TokenRequest>('POST', path, body)).status.token;
  }

  /**
   * Writes what a kubelet mounts into a pod of that account: token, ca.crt and namespace. `caPem`
   * is another's where pods reach the API server by way of somebody else.
   */
  async writeServiceAccountDir(
    namespace: string,
    name: string,
    dir: string,
    caPem = this.caPem,
  ): Promise<void> {
    const token = await this.serviceAccountToken(namespace, name);
    mkdirSync(dir, { recursive: true });
    for (const [file, text] of Object.entries({ token, 'ca.crt': caPem, namespace })) {
      writeFileSync(join(dir, `.${file}`), text, { mode: 0o600 });
      renameSync(join(dir, `.${file}`), join(dir, file));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#setup.folder.remove();
  }
}
