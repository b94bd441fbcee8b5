/** A time in which this controller, and no other, acts. */
export interface ActingTerm {
  /** Aborts as soon as it is known to be over. */
  readonly signal: AbortSignal;
  /** Whether it goes on at `now` (ms, monotonic): after a pause it may be over before the signal knows. */
  isValid(now: number): boolean;
}
