import type { Clock } from '../../../src/base/clock.ts';
import type { Random } from '../../../src/base/random.ts';
import type { LeaseClaim } from '../../../src/kube/leases/kube-lease.ts';
import type { Contestant } from './contestant.ts';

/**
 * After so long without an answer of a majority a leader gives up, and nobody is refused for its sake:
 * the controllers' `electionMinMs`.
 */
export const SILENCE_MS = 1_000;
/** How much faster or slower than the world's a clock runs at most. */
const DRIFT = 0.005;
/** A leader that is said to be gone is not waited for longer than that. */
const HASTENED_MS = 150;
/** Between the last message that a majority heard and the end of the first commit: a way each. */
const WAYS_MS = 0.9;

/**
 * Who leads a Raft cluster, and who still believes to: what docs/adr/0015 promises of both, and not a
 * moment better, without the protocol.
 */
export class RaftFact {
  readonly name: Pick<LeaseClaim, 'cluster' | 'epoch'>;
  term = 0;
  /** Elected in the newest term; undefined where it is gone, or has handed on. */
  leader: Contestant | undefined;
  /** Terms whose leader was elected before the one before it had to have stopped. */
  readonly early = new Set<number>();
  readonly #world: Clock;
  readonly #random: Random;
  readonly #electable: () => readonly Contestant[];
  /** Which silence it is, or election: timers of an earlier one are void. */
  #round = 0;

  constructor(
    name: RaftFact['name'],
    parts: { world: Clock; random: Random; electable: () => readonly Contestant[] },
  ) {
    this.name = name;
    this.#world = parts.world;
    this.#random = parts.random;
    this.#electable = parts.electable;
  }

  /** One more that can be elected. */
  join(): void {
    if (this.leader === undefined) this.#electIn(SILENCE_MS * this.#random());
  }

  /** A majority answers the leader no more. */
  silence(): void {
    const { leader } = this;
    if (leader === undefined || !leader.isInTouch()) return;
    this.#endBelief(leader);
    const patience = SILENCE_MS / (1 + DRIFT * (2 * this.#random() - 1));
    this.#electIn(WAYS_MS + patience + SILENCE_MS * this.#random() ** 3);
  }

  /** A majority answers again, in time. */
  regain(): void {
    const { leader } = this;
    if (leader?.process.state !== 'running' || !leader.isBelieving()) return;
    this.#round += 1;
    leader.believe(this.term, Number.POSITIVE_INFINITY);
  }

  /** The process of one is gone. */
  lose(one: Contestant): void {
    if (one !== this.leader) return;
    this.leader = undefined;
    this.#electIn(SILENCE_MS * (1 + this.#random()));
  }

  /** The leader, which has ceased to act before, hands on. */
  transfer(one: Contestant): void {
    if (one !== this.leader) return;
    one.believe(this.term, this.#world.now());
    this.leader = undefined;
    this.#electIn(1 + 9 * this.#random());
  }

  /** A voter that has started anew has forgotten of whom it heard. */
  electEarly(): void {
    this.#elect(this.#pick(), 'early');
  }

  /** Peers say to one of the voters, and to enough of the others, that the leader of `claim` is gone. */
  miss(one: Contestant, { cluster, epoch, term }: LeaseClaim): void {
    const { name } = this;
    if (cluster !== name.cluster || epoch !== name.epoch || one === this.leader) return;
    const isOver = () => term !== this.term || !this.#electable().includes(one);
    this.#world.callAt(this.#world.now() + HASTENED_MS * this.#random(), () => {
      if (!isOver()) this.#elect(one, 'early');
    });
  }

  /** From now on nothing goes wrong. */
  becomeGood(): void {
    this.regain();
    if (this.leader?.isInTouch() !== true) this.#electIn(SILENCE_MS);
  }

  #pick(): Contestant | undefined {
    const running = this.#electable();
    return running[Math.floor(this.#random() * running.length)];
  }

  #electIn(ms: number): void {
    const round = ++this.#round;
    this.#world.callAt(this.#world.now() + ms, () => {
      if (round !== this.#round) return;
      const next = this.#pick();
      if (next !== undefined) this.#elect(next, 'in time');
    });
  }

  #elect(next: Contestant | undefined, when: 'early' | 'in time'): void {
    const before = this.leader;
    if (next === undefined) return;
    if (next === before && next.isInTouch()) return;
    if (next === before && next.isBelieving()) return this.#electIn(SILENCE_MS);
    this.#round += 1;
    this.term += 1;
    if (before !== undefined && before !== next) this.#depose(before, when);
    this.leader = next;
    next.believe(this.term, Number.POSITIVE_INFINITY);
    next.feed({ kind: 'stand', claim: { ...this.name, term: this.term } });
  }

  #depose(before: Contestant, when: 'early' | 'in time'): void {
    if (when === 'early' && before.isBelieving()) this.early.add(this.term);
    if (before.isInTouch()) this.#endBelief(before);
    // Sooner, if it hears of the election.
    const hearsAt = this.#world.now() + SILENCE_MS * this.#random();
    this.#world.callAt(hearsAt, () => this.#tellEnd(before));
  }

  #endBelief(one: Contestant): void {
    const { clock } = one.process;
    const until = clock.now() + SILENCE_MS;
    one.believe(undefined, one.process.worldTimeOf(until));
    clock.callAt(until, () => this.#tellEnd(one));
  }

  #tellEnd(one: Contestant): void {
    if (one !== this.leader || !one.isBelieving()) one.feed({ kind: 'sit' });
  }
}
