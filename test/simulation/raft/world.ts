import TinyQueue from 'tinyqueue';
import type { Random } from '../../../src/base/random.ts';
import { seededRandom } from '../../support/seeded-random.ts';

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time for thousands of messages: what is due happens in the order of its time. */
export class World {
  readonly random: Random;
  now = 0;
  #count = 0;
  readonly #queue = new TinyQueue<Happening>(
    [],
    (one, other) => one.at - other.at || one.order - other.order,
  );

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  after(ms: number, run: () => void): void {
    this.#count += 1;
    this.#queue.push({ at: this.now + ms, order: this.#count, run });
  }

  advance(ms: number): void {
    const until = this.now + ms;
    for (let next = this.#queue.peek(); next && next.at <= until; next = this.#queue.peek()) {
      this.#queue.pop();
      this.now = next.at;
      next.run();
    }
    this.now = until;
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  pick<One>(list: readonly One[]): One | undefined {
    return list[Math.floor(this.random() * list.length)];
  }
}
