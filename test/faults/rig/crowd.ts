import { mkdirSync } from 'node:fs';
import { setInterval as every } from 'node:timers/promises';
import { forEachAtOnce } from '../../../bench/rig/pool.ts';
import { type Image, initWithin } from '../../support/installation/image.ts';
import { initEnvironment } from '../../support/installation/init-environment.ts';
import type { Printed } from '../../support/installation/printed.ts';
import { exchanging } from '../../support/installation/receiver.ts';
import { aPod } from '../../support/kube/pods.ts';
import { patientApi } from '../../support/kubelet/patient-api.ts';
import { PodOnNode } from '../../support/kubelet/pod-on-node.ts';
import { type PodWriter, podWriter } from '../../support/kubelet/pod-writer.ts';
import { until } from '../../support/until.ts';
import { type Cluster, POD_NAMESPACE, ROLE } from './cluster.ts';
import type { Recorder } from './recorder.ts';

const INIT_CONTAINER = 'install';
const INIT_PORT = 50_000;
/** Half of the connections that the administrator's client has: the other half is for what follows. */
const BIRTHS_AT_ONCE = 16;

export interface CrowdParts {
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  readonly printed: Printed;
  /** Makes a path in a folder for the pods' volumes. */
  readonly file: (name: string) => string;
}

/** Pods that come and go, each with an init container that waits for its push. */
export class Crowd {
  readonly #parts: CrowdParts;
  readonly #writer: PodWriter;
  readonly #waiting = new Set<string>();
  #arriving = new AbortController();
  #isOver = false;
  #failure: unknown;
  #count = 0;

  constructor(parts: CrowdParts) {
    this.#parts = parts;
    this.#writer = podWriter(patientApi(parts.cluster.plane, () => this.#isOver));
  }

  /** How many pods have been served. */
  get served(): number {
    return this.#count - this.#waiting.size;
  }

  /** How many pods there are that have not been served. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Has pods arrive until `stopArriving`, so many a second. */
  arrive(aSecond: number): void {
    this.#arriving = new AbortController();
    const { signal } = this.#arriving;
    const arrivals = async () => {
      for await (const _ of every(1_000 / aSecond, undefined, { signal })) this.add();
    };
    arrivals().catch((error) => {
      if (!signal.aborted) this.#failure ??= error;
    });
  }

  stopArriving(): void {
    this.#arriving.abort();
  }

  /** Adds one more pod. */
  add(image: Image = initWithin): void {
    const ip = this.#anotherIp();
    const born = this.#bear(ip, image);
    this.#watch(born.then((onNode) => this.#follow(ip, onNode)));
  }

  /**
   * Adds many pods as fast as the API server takes them, with init containers that cost little. What
   * becomes of them is reported beside, as other kubelets would.
   */
  async burst(count: number): Promise<void> {
    await forEachAtOnce(Array(count).fill(0), BIRTHS_AT_ONCE, async () => {
      const ip = this.#anotherIp();
      const onNode = await this.#bear(ip, exchanging().image);
      this.#watch(this.#follow(ip, onNode));
    });
  }

  /**
   * Waits until so many more pods have been served, or, without a number, all.
   * @throws Error with how many are left, or what went wrong with one
   */
  async serves(more?: number, withinMs = 30_000): Promise<void> {
    const before = this.served;
    const isDone = () => {
      if (this.#failure !== undefined) return true;
      return more === undefined ? this.#waiting.size === 0 : this.served >= before + more;
    };
    try {
      const what = more === undefined ? 'all pods are served' : `${more} more pods are served`;
      await until(what, isDone, withinMs);
    } catch (cause) {
      const left = [...this.#waiting].slice(0, 5).join(', ');
      throw new Error(`${this.#waiting.size} pods wait, such as ${left}`, { cause });
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Nothing more is reported of any pod, and all are deleted. */
  async end(): Promise<void> {
    this.stopArriving();
    this.#isOver = true;
    const all = `/api/v1/namespaces/${POD_NAMESPACE}/pods?gracePeriodSeconds=0`;
    await this.#parts.cluster.plane.request('DELETE', all);
  }

  #anotherIp(): string {
    const ip = this.#parts.cluster.network.anotherPodAddress();
    this.#count += 1;
    this.#waiting.add(ip);
    return ip;
  }

  #watch(life: Promise<void>): void {
    life.catch((error) => {
      if (!this.#isOver) this.#failure ??= error;
    });
  }

  /** Creates the pod, and starts its init container. */
  async #bear(ip: string, image: Image): Promise<PodOnNode> {
    const { recorder, printed } = this.#parts;
    const name = `pod-${ip.replaceAll('.', '-')}`;
    const pod = aPod({ name, namespace: POD_NAMESPACE }).annotated(ROLE, INIT_CONTAINER).withIp(ip);
    await this.#writer.create(pod);
    const onNode = new PodOnNode(pod, this.#writer);
    const environment = this.#variables(ip);
    await onNode.runs(image({ name, ip, port: INIT_PORT, environment }, printed));
    recorder.add({ kind: 'waits', pod: ip });
    return onNode;
  }

  async #follow(ip: string, { ended }: PodOnNode): Promise<void> {
    const code = await ended;
    this.#parts.recorder.add({ kind: 'ends', pod: ip, code });
    this.#waiting.delete(ip);
  }

  #variables(ip: string) {
    const { cluster, file } = this.#parts;
    const folder = file(`volumes/${ip}`);
    mkdirSync(folder, { recursive: true });
    return initEnvironment({
      role: ROLE,
      roleId: cluster.roleId,
      vaultAddr: cluster.vault.addr,
      vaultCaFile: undefined,
      ip,
      port: INIT_PORT,
      folder,
      more: { TIMEOUT: '10m' },
    });
  }
}
