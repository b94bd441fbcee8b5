const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PER_MINUTE = 6;
const PER_HOUR = 30;

/** When each pod was minted for in the last hour, so that no pod costs Vault more than its share, whatever it does. */
export class MintLedger {
  /** Oldest last mint first. */
  readonly #mints = new Map<string, readonly number[]>();

  /** How many pods it remembers. */
  get size(): number {
    return this.#mints.size;
  }

  /** When (ms, monotonic) the pod may be minted for: `now` or later. */
  mayMintAt(uid: string, now: number): number {
    const mints = this.#mints.get(uid) ?? [];
    const minute = mints.at(-PER_MINUTE);
    const hour = mints.at(-PER_HOUR);
    return Math.max(
      now,
      minute === undefined ? now : minute + MINUTE_MS,
      hour === undefined ? now : hour + HOUR_MS,
    );
  }

  record(uid: string, now: number): void {
    const mints = [...(this.#mints.get(uid) ?? []), now].slice(-PER_HOUR);
    this.#mints.delete(uid);
    this.#mints.set(uid, mints);
    this.#dropOlderThan(now - HOUR_MS);
  }

  /** The mint that was recorded last came to nothing. */
  takeBack(uid: string): void {
    const mints = this.#mints.get(uid)?.slice(0, -1) ?? [];
    if (mints.length === 0) this.#mints.delete(uid);
    else this.#mints.set(uid, mints);
  }

  forget(uid: string): void {
    this.#mints.delete(uid);
  }

  #dropOlderThan(time: number): void {
    for (const [uid, mints] of this.#mints) {
      if ((mints.at(-1) ?? 0) > time) return;
      this.#mints.delete(uid);
    }
  }
}
