import type { Random } from '../../../src/base/random.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { anyClockError, startProcess } from '../sim-process.ts';
import { GossipNetwork } from './gossip-network.ts';
import { Gossiper } from './gossiper.ts';

/** How often a member looks into the Service for those it does not know. */
const DISCOVER_EVERY_MS = 5_000;
/** And as long as it knows nobody. */
const DISCOVER_ALONE_MS = 500;

/** Members on virtual time, and everything that can happen to them. */
export class GossipWorld {
  readonly random: Random;
  readonly clock: VirtualClock = virtualClock();
  readonly network: GossipNetwork;
  /** All that there ever were. */
  readonly all: Gossiper[] = [];
  /** Whether those who know somebody still look for others. */
  discovers = true;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.network = new GossipNetwork(this.clock, this.random);
  }

  /** Those that take part. */
  members(): Gossiper[] {
    return this.all.filter((one) => one.isMember);
  }

  /** A process under a name and an address that nobody had before. */
  start(): Gossiper {
    const { clock, random, network, all } = this;
    const process = startProcess(clock, random, anyClockError(random));
    const one = new Gossiper(all.length + 1, process, network, () => clock.now(), random);
    all.push(one);
    this.#discover(one);
    return one;
  }

  startAll(count: number): void {
    for (let n = 0; n < count; n += 1) this.start();
  }

  isConverged(): boolean {
    const members = this.members();
    const names = members.map(({ node }) => node).sort();
    const all = names.join();
    return members.every((one) => one.living().join() === all);
  }

  /** From now on nothing goes wrong. */
  becomeGood(): void {
    this.network.mend();
    Object.assign(this.network, { loss: 0, doubling: 0, fastestMs: 0.2, slowestMs: 5 });
    for (const one of this.all) one.resume();
  }

  /** Nobody of the one part hears of the other; `oneWay`: only the second of the first. */
  part(first: readonly Gossiper[], second: readonly Gossiper[], oneWay = false): void {
    for (const one of first) {
      for (const other of second) {
        this.network.break(one, other, 'cut');
        if (!oneWay) this.network.break(other, one, 'cut');
      }
    }
  }

  pick<One>(list: readonly One[]): One | undefined {
    return list[Math.floor(this.random() * list.length)];
  }

  /** The Service names whoever has not ended, also those that cannot be reached. */
  #discover(one: Gossiper): void {
    if (!one.isMember) return;
    const known = new Set(one.living());
    const strangers = this.members().filter(({ node }) => !known.has(node));
    const isAlone = known.size === 1;
    const stranger = isAlone || this.discovers ? this.pick(strangers) : undefined;
    if (stranger !== undefined) {
      one.process.receive(() => one.feed({ kind: 'join', to: stranger.endpoint }));
    }
    const wait = isAlone ? DISCOVER_ALONE_MS : DISCOVER_EVERY_MS;
    this.clock.callAt(this.clock.now() + wait, () => this.#discover(one));
  }
}
