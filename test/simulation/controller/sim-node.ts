import type { Cancel, Clock } from '../../../src/base/clock.ts';
import type { Random } from '../../../src/base/random.ts';
import type { ApiServer } from '../../../src/sim/api-server/api-server.ts';
import { KINDS } from '../../../src/sim/api-server/kinds.ts';
import { aPod, type PodBuilder } from '../../support/kube/pods.ts';
import { type SimInitContainer, startInitContainer } from './sim-init-container.ts';
import type { SimVault } from './sim-vault.ts';

/** A pod on a node: its init container, and the kubelet that writes its status. */
export interface SimPod {
  readonly name: string;
  readonly ip: string;
  readonly role: string;
  /** The start that runs, or ran last. */
  readonly container: SimInitContainer | undefined;
  /** Which start that is, from 1. */
  readonly starts: number;
  /** When that was. */
  readonly startedAt: number;
  /** When its init container ended well, the last time that it did. */
  readonly servedAt: number | undefined;
  /** Whether its init container has ended well and nothing has restarted it since. */
  readonly isServed: boolean;
  /** The starts that ended well. */
  readonly goodStarts: Set<number>;
  readonly isDeleted: boolean;
}

interface Machine {
  readonly clock: Clock;
  readonly random: Random;
  readonly api: ApiServer;
  readonly vault: SimVault;
}

type Mutable = { -readonly [Key in keyof SimPod]: SimPod[Key] } & { builder: PodBuilder };

/** Nodes with pods, each with an address of its own. */
export class SimNodes {
  readonly #machine: Machine;
  readonly #byIp = new Map<string, Mutable>();
  readonly #timeoutMs: number;
  #made = 0;

  constructor(machine: Machine, timeoutMs: number) {
    this.#machine = machine;
    this.#timeoutMs = timeoutMs;
  }

  get pods(): readonly SimPod[] {
    return [...this.#byIp.values()];
  }

  at(ip: string): SimPod | undefined {
    return this.#byIp.get(ip);
  }

  /** A pod is made; its init container starts soon. */
  create(namespace: string, role: string): void {
    this.#made += 1;
    const name = `pod-${this.#made}`;
    const ip = `10.1.${this.#made >> 8}.${this.#made & 255}`;
    const builder = aPod({ name, namespace }).annotated(role).pending();
    const pod: Mutable = {
      name,
      ip,
      role,
      container: undefined,
      starts: 0,
      startedAt: 0,
      servedAt: undefined,
      isServed: false,
      goodStarts: new Set(),
      isDeleted: false,
      builder,
    };
    this.#byIp.set(ip, pod);
    this.#write(pod, builder);
    this.#later(200, () => {
      this.#write(pod, pod.builder.withIp(ip));
      this.#start(pod, (now) => now.withInitRunning());
    });
  }

  /** The node comes back from a reboot: a new sandbox, all containers anew, the phase as it was. */
  reboot({ ip }: SimPod): void {
    const pod = this.#byIp.get(ip);
    if (pod === undefined || pod.starts === 0) return;
    pod.container?.kill();
    const { isServed } = pod;
    this.#start(pod, (now) => (isServed ? now.withNewSandbox() : now.withInitRestarted(137)));
  }

  delete({ ip, name }: SimPod): void {
    const pod = this.#byIp.get(ip);
    if (pod === undefined) return;
    pod.isDeleted = true;
    pod.container?.kill();
    this.#byIp.delete(ip);
    const { namespace } = pod.builder.build().metadata;
    this.#machine.api.delete({ kind: KINDS.pods, namespace, name }, { gracePeriodSeconds: 0 });
  }

  #start(pod: Mutable, running: (pod: PodBuilder) => PodBuilder): void {
    const { clock, random, vault } = this.#machine;
    pod.starts += 1;
    pod.startedAt = clock.now();
    pod.isServed = false;
    const start = pod.starts;
    const onExit = (exitCode: number) => {
      if (pod.isDeleted || pod.starts !== start) return;
      this.#later(50, () => pod.starts === start && this.#ended(pod, exitCode));
    };
    const { role } = pod;
    const timeoutMs = this.#timeoutMs;
    pod.container = startInitContainer({ clock, random, vault, role, timeoutMs, onExit });
    // The kubelet tells of a start a little after it.
    this.#later(30, () => pod.starts === start && this.#write(pod, running(pod.builder)));
  }

  #ended(pod: Mutable, exitCode: number): void {
    const builder = pod.builder.withInitEnded(exitCode);
    if (exitCode === 0) {
      pod.isServed = true;
      pod.servedAt = this.#machine.clock.now();
      pod.goodStarts.add(pod.starts);
      return this.#write(pod, builder.running());
    }
    this.#write(pod, builder);
    const start = pod.starts;
    this.#later(10_000, () => {
      if (pod.starts === start) this.#start(pod, (now) => now.withInitRestarted(exitCode));
    });
  }

  #write(pod: Mutable, builder: PodBuilder): void {
    if (pod.isDeleted) return;
    pod.builder = builder;
    this.#machine.api.put(KINDS.pods, { ...builder.build() });
  }

  #later(mostMs: number, run: () => void): Cancel {
    const { clock, random } = this.#machine;
    return clock.callAt(clock.now() + 1 + random() * mostMs, run);
  }
}
