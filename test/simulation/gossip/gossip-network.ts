import type { Random } from '../../../src/base/random.ts';
import type { Endpoint } from '../../../src/gossip/messages.ts';
import type { VirtualClock } from '../../support/virtual-clock.ts';
import type { Gossiper } from './gossiper.ts';

/** Whoever opened a stream waits no longer for what it carries. */
const STREAM_TIMEOUT_MS = 10_000;

/** What goes wrong between those two, in this direction. */
export interface Fault {
  readonly kind: 'cut' | 'no-datagrams';
}

/** Carries datagrams, which can be lost, doubled and overtaken, and streams, which only fail. */
export class GossipNetwork {
  /** The share of datagrams that are lost, and that come twice. */
  loss = 0;
  doubling = 0;
  /** How long a message is under way, in ms. */
  fastestMs = 0.2;
  slowestMs = 5;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #hosts = new Map<string, Gossiper>();
  readonly #faults = new Map<string, Fault['kind']>();

  constructor(clock: VirtualClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  add(gossiper: Gossiper): void {
    this.#hosts.set(gossiper.endpoint.host, gossiper);
  }

  /** Nothing, or no datagram, gets from the one to the other any more. */
  break(from: Gossiper, to: Gossiper, fault: Fault['kind']): void {
    this.#faults.set(wayOf(from.endpoint, to.endpoint), fault);
  }

  mend(): void {
    this.#faults.clear();
  }

  datagram(from: Endpoint, to: Endpoint, arrive: (receiver: Gossiper) => void): void {
    if (this.#faults.has(wayOf(from, to)) || this.#random() < this.loss) return;
    this.#carry(to, arrive);
    if (this.#random() < this.doubling) this.#carry(to, arrive);
  }

  /** A request over a stream of its own, and its answer, which may never come. */
  stream(
    from: Gossiper,
    to: Endpoint,
    ask: (receiver: Gossiper, answer: (tell: () => void) => void) => void,
  ): void {
    const openedAt = this.#clock.now();
    const isOpen = () =>
      this.#isConnected(from.endpoint, to) && this.#clock.now() - openedAt < STREAM_TIMEOUT_MS;
    if (!isOpen()) return;
    this.#carry(to, (receiver) => {
      if (!isOpen()) return;
      ask(receiver, (tell) => this.#carry(from.endpoint, () => isOpen() && tell()));
    });
  }

  /** A stream needs both directions. */
  #isConnected(one: Endpoint, other: Endpoint): boolean {
    const ways = [wayOf(one, other), wayOf(other, one)];
    return ways.every((way) => this.#faults.get(way) !== 'cut');
  }

  #carry(to: Endpoint, arrive: (receiver: Gossiper) => void): void {
    const delay = this.fastestMs + this.#random() * (this.slowestMs - this.fastestMs);
    this.#clock.callAt(this.#clock.now() + delay, () => {
      const receiver = this.#hosts.get(to.host);
      receiver?.process.receive(() => arrive(receiver));
    });
  }
}

function wayOf(from: Endpoint, to: Endpoint): string {
  return `${from.host}>${to.host}`;
}
