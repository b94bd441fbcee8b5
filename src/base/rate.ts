/** A token bucket: `burst` at once, then `perSecond`. */
export class Rate {
  readonly #perMs: number;
  readonly #burst: number;
  #level: number;
  #at = 0;

  constructor(perSecond: number, burst: number) {
    this.#perMs = perSecond / 1_000;
    this.#burst = burst;
    this.#level = burst;
  }

  /** When (ms, monotonic) the next one is allowed: `now` or later. */
  allowsAt(now: number): number {
    const level = this.#levelAt(now);
    return level >= 1 ? now : now + (1 - level) / this.#perMs;
  }

  take(now: number): void {
    this.#level = this.#levelAt(now) - 1;
    this.#at = now;
  }

  #levelAt(now: number): number {
    return Math.min(this.#burst, this.#level + (now - this.#at) * this.#perMs);
  }
}
