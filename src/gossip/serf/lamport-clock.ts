/** Counts what happens in a cluster: whatever follows from something has a higher time. */
export interface LamportClock {
  /** The time of what happens next. */
  readonly time: number;
  /** Returns the time, and goes on. */
  next(): number;
  /** Is from then on beyond what another's clock said. */
  witness(time: number): void;
}

/** Begins at 1, so that 0 is before everything. */
export function lamportClock(): LamportClock {
  let time = 1;
  return {
    get time() {
      return time;
    },
    next() {
      time += 1;
      return time - 1;
    },
    witness(other) {
      if (other >= time && other < Number.MAX_SAFE_INTEGER) time = other + 1;
    },
  };
}
