import type { Random } from '../../../src/base/random.ts';
import type { Report } from '../../../src/delivery/report.ts';
import type { PodEvent } from '../../../src/kube/pod-event.ts';
import { createApiServer } from '../../../src/sim/api-server/api-server.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { startProcess } from '../sim-process.ts';
import type { Weather } from '../unreliable-api.ts';
import { type SimController, startSimController } from './sim-controller.ts';
import { type PodWeather, type Sending, simPusher } from './sim-network.ts';
import { SimNodes } from './sim-node.ts';
import { ROLES, simVault } from './sim-vault.ts';

const MINUTE = 60_000;

/** A cluster in memory on virtual time: API server, Vault, nodes, and the controllers that a test starts. */
export class SimCluster {
  readonly random: Random;
  readonly clock = virtualClock();
  readonly api;
  readonly vault;
  readonly nodes: SimNodes;
  readonly apiWeather: Weather = { faults: 0, away: false };
  readonly podWeather: PodWeather = { dropped: 0, reset: 0, lost: 0 };
  readonly sendings: Sending[] = [];
  /** What each controller, by number from 1, has reported, and when. */
  readonly reports: { readonly sender: number; readonly at: number; readonly report: Report }[] =
    [];
  /** When which controller came to know of which start of which pod's init container. */
  readonly startsSeen: { readonly sender: number; readonly pod: string; readonly at: number }[] =
    [];
  #controllers = 0;

  constructor(seed: number, { timeoutMs = 5 * MINUTE } = {}) {
    this.random = seededRandom(seed);
    this.api = createApiServer(this.clock, this.random);
    this.vault = simVault(this.clock, this.random);
    const { clock, random, api, vault } = this;
    this.nodes = new SimNodes({ clock, random, api, vault }, timeoutMs);
  }

  startController(): SimController {
    this.#controllers += 1;
    const sender = this.#controllers;
    const { clock, random, nodes, podWeather: weather, sendings, api, apiWeather, vault } = this;
    const process = startProcess(clock, random, { drift: 0, start: 0, wallSkew: 0 });
    return startSimController({
      process,
      random,
      api,
      weather: apiWeather,
      vault,
      pusher: simPusher({ clock, random, nodes, weather, sendings }, sender, process),
      onPodEvent: this.startsSeenBy(sender),
      report: (report) => this.reports.push({ sender, at: clock.now(), report }),
    });
  }

  /** What writes down when this controller comes to know of starts. */
  startsSeenBy(sender: number): (event: PodEvent) => void {
    const last = new Map<string, string | undefined>();
    return (event) => {
      if (event.kind !== 'pod' || event.facts.container.kind !== 'running') return;
      const { uid, name, container } = event.facts;
      const { containerId } = container.start;
      if (last.get(uid) !== containerId) {
        this.startsSeen.push({ sender, pod: name, at: this.clock.now() });
      }
      last.set(uid, containerId);
    };
  }

  /** A pod of any namespace and role. */
  createPod(): void {
    this.nodes.create(this.pick(['a', 'b', 'c']), this.pick(ROLES));
  }

  pick<One>(list: readonly One[]): One {
    const found = list[Math.floor(this.random() * list.length)];
    if (found === undefined) throw new RangeError('nothing to pick from');
    return found;
  }

  /** From now on nothing goes wrong. */
  becomeGood(): void {
    Object.assign(this.apiWeather, { faults: 0, away: false });
    Object.assign(this.podWeather, { dropped: 0, reset: 0, lost: 0 });
    this.vault.faults.clear();
    this.vault.server.unseal();
    this.vault.isAway = false;
  }

  unserved(): string[] {
    return this.nodes.pods.filter((pod) => !pod.isServed).map(({ name }) => name);
  }

  /** Lets time pass until every pod is served, or `withinMs` are over; the ms that it took. */
  async untilAllServed(withinMs: number): Promise<number> {
    const start = this.clock.now();
    while (this.unserved().length > 0 && this.clock.now() < start + withinMs) {
      await this.clock.advanceAsync(200);
    }
    return this.clock.now() - start;
  }
}
