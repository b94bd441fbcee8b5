import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectPrinted } from '../../support/installation/printed.ts';
import { leaks } from '../../support/installation/secrets.ts';
import { patientApi } from '../../support/kubelet/patient-api.ts';
import { serviceEndpoints } from '../../support/kubelet/service-endpoints.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { until } from '../../support/until.ts';
import { type Cluster, HOME } from './cluster.ts';
import { Crowd } from './crowd.ts';
import { ENGINE, type Engine, electionIn } from './election.ts';
import { type Figures, figuresOf } from './figures.ts';
import { Harm } from './harm.ts';
import { judge } from './judge.ts';
import { clusterLeaseOf, type Lease, leaseOf } from './lease.ts';
import { Node } from './node.ts';
import { loginsIn } from './read-audit.ts';
import { machineOf, OPERATOR } from './record.ts';
import { Recorder } from './recorder.ts';

/** Who runs a scenario: a test, as node:test has it, or something like it. */
export interface Told {
  readonly name: string;
  diagnostic(message: string): void;
}

export interface StageOptions {
  /** How many controllers there are at first, started at the same moment. */
  readonly controllers: number;
  /** By which engine they elect; ELECTION's by default. */
  readonly engine?: Engine;
}

/** After a scenario, everything has to be as it should within this time. */
const HEALS_WITHIN_MS = 45_000;

/**
 * Runs a scenario with controllers that take part already, and judges it. What everybody did and said
 * is kept where the scenario fails, in a folder that the error names.
 */
export async function onStage(
  cluster: Cluster,
  t: Told,
  options: StageOptions,
  scenario: (stage: Stage) => Promise<void>,
): Promise<void> {
  await using stage = await Stage.set(cluster, t);
  try {
    await stage.start(options.controllers, options.engine);
    await scenario(stage);
    await stage.end();
  } catch (cause) {
    throw new Error(`${t.name}: look into ${stage.keepEvidence()}`, { cause });
  }
  if (process.env['FAULT_EVIDENCE']) t.diagnostic(`look into ${stage.keepEvidence()}`);
}

/** Machines with controllers, pods that arrive, and a recorder. Use `onStage`. */
export class Stage implements AsyncDisposable {
  readonly cluster: Cluster;
  readonly nodes: Node[] = [];
  readonly crowd: Crowd;
  readonly recorder: Recorder;
  readonly lease: Lease;
  readonly harm: Harm;
  readonly #t: Told;
  readonly #folder = new ScratchFolder('faults');
  readonly #election = electionIn(this.#folder);
  readonly #tellService: ReturnType<typeof serviceEndpoints>;
  #isOver = false;
  #figures: Figures | undefined;

  private constructor(cluster: Cluster, t: Told) {
    this.cluster = cluster;
    this.#t = t;
    this.recorder = new Recorder({
      kubeAudit: cluster.plane.auditFile,
      vaultAudit: cluster.vault.auditFile,
      nameOf: (address) => this.#nameOf(address),
      isPod: (address) => address.startsWith('10.214.'),
    });
    this.lease = leaseOf(cluster);
    this.harm = new Harm(cluster, this.recorder);
    const file = (name: string) => this.#folder.file(name);
    this.crowd = new Crowd({ cluster, recorder: this.recorder, printed: collectPrinted(), file });
    const api = patientApi(cluster.plane, () => this.#isOver);
    this.#tellService = serviceEndpoints(api, { namespace: HOME, service: cluster.service });
  }

  static async set(cluster: Cluster, t: Told): Promise<Stage> {
    for (const lease of [leaseOf(cluster), clusterLeaseOf(cluster)]) {
      await lease.delete().catch(() => {});
    }
    return new Stage(cluster, t);
  }

  /** Adds machines, starts a controller on each at the same moment, and waits until they take part. */
  async start(
    count: number,
    engine: Engine = ENGINE,
    prepare: (node: Node) => Promise<void> = async () => {},
  ): Promise<Node[]> {
    const { cluster } = this;
    const file = (name: string) => this.#folder.file(name);
    const added: Node[] = [];
    const common = {
      cluster,
      file,
      elections: this.#election.configs,
      publish: () => this.#publish(),
    };
    for (let i = 0; i < count; i += 1) {
      added.push(new Node({ ...common, machine: await cluster.network.machine() }));
    }
    for (const node of added) {
      node.engine = engine;
      await prepare(node);
    }
    this.nodes.push(...added);
    await Promise.all(added.map((node) => node.start()));
    await Promise.all(added.map((node) => node.ready()));
    return added;
  }

  /** Waits until a controller that runs holds the Lease. */
  async leader(): Promise<Node> {
    return await until('a controller that runs holds the Lease', async () => {
      const node = await this.holderNode();
      return node?.isMeantToRun && node;
    });
  }

  /** The machine that the Lease names. */
  async holderNode(): Promise<Node | undefined> {
    const holder = await this.lease.holder();
    return this.nodes.find(({ name }) => holder !== undefined && machineOf(holder) === name);
  }

  /** Waits until another leads than this one. */
  async leadsAfter(node: Node): Promise<Node> {
    return await until(`another than ${node.name} leads`, async () => {
      const leader = await this.leader();
      return leader === node ? undefined : leader;
    });
  }

  /** All controllers that run, but for the leader. */
  async standbys(): Promise<Node[]> {
    const leader = await this.leader();
    return this.nodes.filter((node) => node !== leader && node.isMeantToRun);
  }

  /** How many credentials Vault has given out since the scenario began. */
  logins(): number {
    return loginsIn(this.recorder.vaultAudit());
  }

  /** What the record tells so far. */
  figures(): Figures {
    return figuresOf(this.recorder.record());
  }

  /**
   * Waits until everything is as it should be, all faults being over: every pod served, every
   * controller that runs ready, and one of them the leader, which serves more pods.
   * @throws Error with what is wrong in the record
   */
  async end(): Promise<Figures> {
    if (this.#figures !== undefined) return this.#figures;
    this.crowd.stopArriving();
    await this.crowd.serves(undefined, HEALS_WITHIN_MS);
    await this.leader();
    for (const _ of [1, 2, 3]) this.crowd.add();
    await this.crowd.serves();
    // Now, as the pods' watch says that it is well again with the first event that it brings.
    const running = this.nodes.filter((node) => node.isMeantToRun);
    await Promise.all(running.map((node) => node.ready(HEALS_WITHIN_MS)));
    const record = this.recorder.record();
    const crashes = this.nodes.flatMap(({ crash }) => crash ?? []);
    const wrong = [...judge(record), ...crashes, ...this.#leaks()];
    if (wrong.length > 0) throw new Error(wrong.slice(0, 20).join('\n'));
    this.#figures = figuresOf(record);
    this.#t.diagnostic(inWords(this.#figures));
    return this.#figures;
  }

  /** Writes down what everybody did and said; the path of the folder. */
  keepEvidence(): string {
    const folder = mkdtempSync(join(tmpdir(), 'kubernetes-vault-evidence-'));
    const lines = this.recorder.record().map((entry) => JSON.stringify(entry));
    writeFileSync(join(folder, 'record.jsonl'), `${lines.join('\n')}\n`);
    for (const { name, printed } of this.nodes) writeFileSync(join(folder, `${name}.log`), printed);
    return folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    this.recorder[Symbol.dispose]();
    await Promise.all(this.nodes.map((node) => node.kill()));
    for (const { machine } of this.nodes) await machine.remove();
    await this.crowd.end().catch(() => {});
    this.#folder.remove();
  }

  async #publish(): Promise<void> {
    const pods = this.nodes.filter(({ isInService }) => isInService);
    await this.#tellService(pods.map(({ name, machine }) => ({ name, address: machine.address })));
  }

  #nameOf(address: string): string {
    return this.nodes.find(({ machine }) => machine.address === address)?.name ?? OPERATOR;
  }

  #leaks(): string[] {
    const { token, vault, plane } = this.cluster;
    const logs = new Map(this.nodes.map(({ name, printed }) => [name, printed]));
    const secrets = [token, vault.rootToken, plane.adminToken, ...this.#election.secrets];
    return leaks(secrets, logs);
  }
}

function inWords({ pods, silence, p99Ms, duplicates, takeovers }: Figures): string {
  const leaders = takeovers.map(({ write, how }) => `${write.by} (${how})`);
  const quiet = `longest silence ${Math.round(silence.ms)} ms`;
  const waits = `p99 ${Math.round(p99Ms)} ms`;
  return `${pods} pods, ${waits}, ${quiet}, ${duplicates} duplicates, leaders: ${leaders.join(', ')}`;
}
