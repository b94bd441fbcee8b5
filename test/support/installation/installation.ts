import { mkdirSync, writeFileSync } from 'node:fs';
import { aPod, type PodBuilder } from '../kube/pods.ts';
import { patientApi } from '../kubelet/patient-api.ts';
import { PodOnNode } from '../kubelet/pod-on-node.ts';
import { type PodWriter, podWriter } from '../kubelet/pod-writer.ts';
import { freePort } from '../real/process/free-port.ts';
import { ScratchFolder } from '../real/scratch-folder.ts';
import { podAddresses } from './addresses.ts';
import { type ConfigChange, type ConfigInput, configText } from './config.ts';
import { Controller } from './controller.ts';
import { type Image, initWithin } from './image.ts';
import { initEnvironment } from './init-environment.ts';
import { Pod } from './pod.ts';
import { collectPrinted, type Printed } from './printed.ts';
import { leaks, secretsIn } from './secrets.ts';
import { type ServerOptions, type Servers, startServers } from './servers/servers.ts';

export interface InstallationOptions extends Partial<ServerOptions> {
  /** The controller and the pods reach the servers by proxies, where a test can do harm. */
  readonly proxied?: boolean;
}

/** What a test wants of a pod. */
export interface PodWish {
  readonly role?: string;
  readonly name?: string;
  readonly namespace?: string;
  /** Its address; by default one of its own, on loopback. */
  readonly ip?: string;
  /** What runs as its init container; by default the program's code, within this process. */
  readonly image?: Image | undefined;
  /** Variables besides those of the manifests; undefined leaves one of them out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What else is different about it. */
  readonly but?: (pod: PodBuilder) => PodBuilder;
}

/** Which program is started. */
export interface ProgramChoice {
  /** The folder of another version's programs; by default the checkout's are started. */
  readonly dist?: string;
}

const INIT_CONTAINER = 'install';
const DEFAULTS: ServerOptions = {
  roles: ['web'],
  podNamespaces: ['shop'],
  tls: false,
  persistent: false,
};

/** Real servers with a controller's identity on them, and a node for pods; disposing ends everything. */
export async function startInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const all = { ...DEFAULTS, ...options };
  const servers = await startServers(all);
  const initPort = await freePort();
  const ports = { metrics: await freePort(), health: await freePort(), peer: await freePort() };
  return new Installation({ servers, options: all, initPort, ports });
}

interface Parts {
  readonly servers: Servers;
  readonly options: ServerOptions & InstallationOptions;
  readonly initPort: number;
  readonly ports: { readonly metrics: number; readonly health: number; readonly peer: number };
}

/** Use `startInstallation`. */
export class Installation implements AsyncDisposable {
  readonly servers: Servers;
  readonly printed: Printed = collectPrinted();
  /** The port that init containers listen on, as their annotations say. */
  readonly initPort: number;
  /** Vault's address for the controller and the pods. */
  readonly vaultAddr: string;
  readonly #parts: Parts;
  readonly #folder = new ScratchFolder('installation');
  readonly #nextAddress = podAddresses();
  readonly #writer: PodWriter;
  readonly #controllers: Controller[] = [];
  #environment: Promise<Readonly<Record<string, string>>> | undefined;
  #isOver = false;
  #pods = 0;

  constructor(parts: Parts) {
    const { servers, options, initPort } = parts;
    this.#parts = parts;
    this.servers = servers;
    this.initPort = initPort;
    this.vaultAddr = options.proxied ? servers.vaultProxy.url : servers.vault.addr;
    // A test may kill the API server, which pods outlive.
    this.#writer = podWriter(patientApi(servers.plane, () => this.#isOver));
  }

  /** Where the controller's health is served, and its metrics: those over https, where they are. */
  get endpoints() {
    const { metrics, health } = this.#parts.ports;
    const at = (port: number, scheme = 'http') => `${scheme}://127.0.0.1:${port}`;
    const secureMetrics = `${at(metrics, 'https')}/metrics`;
    return { health: at(health), metrics: `${at(metrics)}/metrics`, secureMetrics };
  }

  /** Starts a controller, and waits until it watches the pods. */
  async controller(change?: ConfigChange, program: ProgramChoice = {}): Promise<Controller> {
    return await (await this.startController(change, program)).watches();
  }

  /** Starts a controller. */
  async startController(change?: ConfigChange, program: ProgramChoice = {}): Promise<Controller> {
    const config = this.writeConfig(change);
    const environment = { ...(await this.controllerEnvironment()) };
    const controller = new Controller(environment, config, program);
    this.#controllers.push(controller);
    this.printed.add('controller', () => controller.printed);
    return controller;
  }

  /** Writes a controller's configuration; the path of its file. */
  writeConfig(change?: ConfigChange): string {
    const config = this.file('kubernetes-vault.yml');
    writeFileSync(config, configText(this.configInput(), change), { mode: 0o600 });
    return config;
  }

  /** What a controller's configuration is made of, for the one that the installation's ports are for. */
  configInput(): ConfigInput {
    const { servers, options, ports } = this.#parts;
    return {
      vaultAddr: this.vaultAddr,
      vaultCaFile: this.#vaultCaFile(),
      token: servers.token,
      home: servers.home,
      podNamespaces: options.podNamespaces,
      roles: options.roles,
      ports,
      raftDir: this.file('raft'),
    };
  }

  /**
   * What a controller's pod finds: where the API server is, and its service account, whose files
   * are written once: controllers that start side by side read the same ones.
   */
  controllerEnvironment(): Promise<Readonly<Record<string, string>>> {
    this.#environment ??= this.#writeEnvironment();
    return this.#environment;
  }

  async #writeEnvironment(): Promise<Readonly<Record<string, string>>> {
    const { plane, kubeProxy, home } = this.servers;
    const { address, port, caPem } = this.#parts.options.proxied ? kubeProxy : plane;
    const directory = this.file('service-account');
    await plane.writeServiceAccountDir(home.namespace, home.serviceAccount, directory, caPem);
    return {
      KUBERNETES_SERVICE_HOST: address,
      KUBERNETES_SERVICE_PORT: String(port),
      KUBERNETES_VAULT_SERVICE_ACCOUNT_DIR: directory,
      KUBERNETES_VAULT_ALLOW_LOOPBACK_PODS: 'true',
    };
  }

  /** A pod whose init container has started. */
  async pod(wish: PodWish = {}): Promise<Pod> {
    const pod = await this.createPod(wish);
    await pod.start();
    return pod;
  }

  /** Some of them, created and started at the same time. */
  pods(count: number, wish: Omit<PodWish, 'name'> = {}): Promise<Pod[]> {
    return Promise.all(Array.from({ length: count }, () => this.pod(wish)));
  }

  /** A pod that has an IP, and whose init container has not started yet. */
  async createPod(wish: PodWish = {}): Promise<Pod> {
    this.#pods += 1;
    const { name = `pod-${this.#pods}`, role = 'web', image = initWithin } = wish;
    const { ip = this.anotherIp() } = wish;
    const namespace = wish.namespace ?? this.#parts.options.podNamespaces[0] ?? '';
    const folder = this.file(`volumes/${this.#pods}`);
    mkdirSync(folder, { recursive: true });
    const plain = aPod({ name, namespace }).annotated(role, INIT_CONTAINER);
    const pod = (wish.but ?? same)(plain.withInitPort(this.initPort).withIp(ip));
    const uid = await this.#writer.create(pod);
    const onNode = new PodOnNode(pod, this.#writer);
    await onNode.report(same);
    const place = { name: `${namespace}/${name}`, ip, port: this.initPort };
    const environment = initEnvironment({
      roleId: this.servers.roleIds.get(role.toLowerCase()),
      vaultAddr: this.vaultAddr,
      vaultCaFile: this.#vaultCaFile(),
      ...{ role, ip, port: this.initPort, folder },
      more: wish.environment ?? {},
    });
    const run = (other: Image | undefined) =>
      (other ?? image)({ ...place, environment }, this.printed);
    return new Pod({ uid, ip, folder, onNode, run, explain: () => this.#lastWords() });
  }

  /** An address of loopback that no pod has had. */
  anotherIp(): string {
    return this.#nextAddress();
  }

  /** Changes what users write about pods: metadata, or that there is one. */
  get users(): Pick<PodWriter, 'change' | 'remove'> {
    return this.#writer;
  }

  /** A path in a folder that ends with the installation. */
  file(name: string): string {
    return this.#folder.file(name);
  }

  /** What Vault says of a token that looks itself up. */
  async lookedUp(token: string): Promise<{ readonly path: string; readonly accessor: string }> {
    type Answer = { data: { path: string; accessor: string } };
    const headers = { 'x-vault-token': token };
    const { vault } = this.servers;
    return (await vault.request<Answer>('GET', 'auth/token/lookup-self', undefined, headers)).data;
  }

  /** Every secret that is known here: those of the servers, and what passed on the way to Vault. */
  secrets(): string[] {
    const { plane, vault, token, vaultProxy } = this.servers;
    const passed = secretsIn(vaultProxy.calls);
    return [...new Set([...passed, token, vault.rootToken, plane.adminToken])];
  }

  /** Where one of them was printed by anybody. */
  leaks(): string[] {
    return leaks(this.secrets(), this.printed.all());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#controllers.map((controller) => controller.kill()));
    await this.servers[Symbol.asyncDispose]();
    this.#folder.remove();
  }

  #vaultCaFile(): string | undefined {
    const { servers, options } = this.#parts;
    return options.tls && !options.proxied ? servers.vault.caFile : undefined;
  }

  /** The end of what everybody has printed, for the message of a test that fails. */
  #lastWords(): string {
    const ends = [...this.printed.all()].map(
      ([name, text]) => `== ${name}\n${text.trimEnd().split('\n').slice(-15).join('\n')}`,
    );
    return ends.slice(-4).join('\n');
  }
}

function same(pod: PodBuilder): PodBuilder {
  return pod;
}
