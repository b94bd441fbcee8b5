/** How many free slots a namespace may hold for each one that it leaves free. */
const GREED = 3;

/**
 * A bounded number of slots (four or more), shared out so that nobody can take them all: a namespace
 * takes one more only while it holds fewer than three times what is free. One busy namespace so gets
 * three quarters, and whoever comes next finds a slot; two get three sevenths each, and so on.
 * (Dynamic thresholds, as switches share their buffers: Choudhury and Hahne, 1998.)
 */
export class Share {
  readonly #limit: number;
  readonly #heldBy = new Map<string, number>();
  #held = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get held(): number {
    return this.#held;
  }

  mayTake(namespace: string): boolean {
    return (this.#heldBy.get(namespace) ?? 0) < GREED * (this.#limit - this.#held);
  }

  take(namespace: string): void {
    this.#heldBy.set(namespace, (this.#heldBy.get(namespace) ?? 0) + 1);
    this.#held += 1;
  }

  release(namespace: string): void {
    const left = (this.#heldBy.get(namespace) ?? 0) - 1;
    if (left < 0) throw new RangeError(`namespace ${namespace} holds no slot`);
    if (left === 0) this.#heldBy.delete(namespace);
    else this.#heldBy.set(namespace, left);
    this.#held -= 1;
  }
}
