import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configText } from '../../support/installation/config.ts';
import { Controller } from '../../support/installation/controller.ts';
import type { Machine } from '../../support/network/machine.ts';
import { until, within } from '../../support/until.ts';
import { type Cluster, HOME, POD_NAMESPACE, ROLE } from './cluster.ts';
import { type ElectionSetup, ENGINE, type Engine } from './election.ts';

const PORTS = { metrics: 9_090, health: 8_080, peer: 45_680 } as const;
/** Where controllers listen to each other. */
const PEER_DOORS = [
  { transport: 'tcp', port: PORTS.peer },
  { transport: 'tcp', port: 45_679 },
  { transport: 'tcp', port: 45_678 },
  { transport: 'udp', port: 45_678 },
] as const;
const STOPS_WITHIN_MS = 15_000;

export interface NodeParts {
  readonly cluster: Cluster;
  readonly machine: Machine;
  /** Makes a path in a folder for the controllers' files. */
  readonly file: (name: string) => string;
  /** What its configuration says of the election, by either engine. */
  readonly elections: ElectionSetup['configs'];
  /** Tells the Service that the pods it leads to are others than before. */
  readonly publish: () => Promise<void>;
}

/** A machine on which a controller runs, one process after another. */
export class Node {
  readonly machine: Machine;
  readonly peerPort = PORTS.peer;
  readonly peerDoors = PEER_DOORS;
  /** By which engine its next controller takes part in the election. */
  engine: Engine = ENGINE;
  readonly #parts: NodeParts;
  #controller: Controller | undefined;
  #printed = '';
  #crash: string | undefined;
  #isInService = false;

  constructor(parts: NodeParts) {
    this.#parts = parts;
    this.machine = parts.machine;
  }

  get name(): string {
    return this.machine.name;
  }

  /** Whether a controller has been started here, and not told to end. */
  get isMeantToRun(): boolean {
    return this.#controller !== undefined;
  }

  /** Whether there is a pod for it: as long as nobody has told its controller to end in order. */
  get isInService(): boolean {
    return this.#isInService;
  }

  /** How one ended that nobody had told to. */
  get crash(): string | undefined {
    return this.#crash;
  }

  /** All that the controllers of this machine have printed so far. */
  get printed(): string {
    return this.#printed + (this.#controller?.printed ?? '');
  }

  /** Starts a controller; when it is ready is for `ready` to find out. */
  async start(): Promise<void> {
    const { cluster, file } = this.#parts;
    const config = file(`${this.name}.yml`);
    writeFileSync(config, this.#config(), { mode: 0o600 });
    const account = file(`${this.name}-account`);
    const { plane } = cluster;
    // As the kubelet keeps it: also while the API server is away.
    if (!existsSync(account)) {
      await plane.writeServiceAccountDir(HOME, cluster.serviceAccount, account);
    }
    const environment = {
      KUBERNETES_SERVICE_HOST: plane.address,
      KUBERNETES_SERVICE_PORT: String(plane.port),
      KUBERNETES_VAULT_SERVICE_ACCOUNT_DIR: account,
      POD_IP: this.machine.address,
      HOSTNAME: this.name,
    };
    this.#isInService = true;
    await this.#parts.publish();
    const controller = new Controller(environment, config, { enter: this.machine.enter });
    this.#controller = controller;
    void controller.ended.then((code) => {
      if (this.#controller === controller) this.#crash ??= `${this.name} ended with ${code}`;
    });
  }

  /**
   * Waits until it takes part: it leads, or could take the lead.
   * @throws Error with what it says of itself instead
   */
  async ready(withinMs = 20_000): Promise<void> {
    await until(`${this.name} is ready`, () => this.#readyOrThrow(), withinMs);
  }

  isReady(): Promise<boolean> {
    return this.#readyOrThrow().catch(() => false);
  }

  async #readyOrThrow(): Promise<boolean> {
    const health = `http://${this.machine.address}:${PORTS.health}/readyz`;
    const answer = await fetch(health, { signal: AbortSignal.timeout(1_000) });
    if (answer.ok) return true;
    throw new Error(await answer.text());
  }

  /** SIGTERM; its exit code. */
  async stop(): Promise<number> {
    const code = await this.#end('SIGTERM');
    this.#isInService = false;
    await this.#parts.publish();
    return code;
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGSTOP: it is there, and does nothing. */
  pause(): void {
    this.#controller?.signal('SIGSTOP');
  }

  /** SIGCONT. */
  resume(): void {
    this.#controller?.signal('SIGCONT');
  }

  /** Its pod is another one, whose volumes are empty; while no controller runs. */
  loseDisk(): void {
    rmSync(this.raftDir, { recursive: true, force: true });
  }

  get raftDir(): string {
    return join(this.#parts.file('raft'), this.name);
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number> {
    const controller = this.#controller;
    if (controller === undefined) return 0;
    this.#controller = undefined;
    controller.signal(signal);
    const code = await within(`${this.name} has ended`, controller.ended, STOPS_WITHIN_MS);
    this.#printed += controller.printed;
    return code;
  }

  #config(): string {
    const { cluster, elections } = this.#parts;
    const input = {
      vaultAddr: cluster.vault.addr,
      vaultCaFile: undefined,
      token: cluster.token,
      home: { namespace: HOME, service: cluster.service },
      podNamespaces: [POD_NAMESPACE],
      roles: [ROLE],
      ports: PORTS,
      raftDir: this.raftDir,
    };
    const election = elections[this.engine];
    return configText(input, { prometheus: { address: '0.0.0.0' }, election });
  }
}
