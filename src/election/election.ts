import type { Check } from '../telemetry/health/check.ts';

/**
 * Decides which one of several controllers acts. Two terms of two controllers do not overlap, but for
 * what the engine's ADR states (docs/adr/0010).
 */
export interface Election {
  /** Who leads as far as is known; undefined where nobody does, or nothing has been heard yet. */
  leader(): Leader | undefined;
  /** From now on this controller can serve pods, and may come to lead. */
  stand(): void;
  /**
   * Acts no longer, gives the lead to whoever takes it, and never stands again. Resolves when the lead
   * is given up, or could not be within the time that the engine allows for it; never rejects.
   */
  handOver(): Promise<void>;
  /** Whether this controller takes part: it leads, or follows who does. */
  readonly check: Check;
  /** Ends all that it does, at once; a lead that is still held runs out by itself. */
  stop(): void;
}

/** Who leads. */
export interface Leader {
  /** The identity of the process, which begins with the name of its pod. */
  readonly identity: string;
  readonly isUs: boolean;
  /** Milliseconds, monotonic: when this controller came to know of it. */
  readonly since: number;
}

/** A time in which this controller acts. */
export interface Term {
  /** Aborts as soon as it is known to be over. */
  readonly signal: AbortSignal;
  /**
   * Whether it is still this controller that acts at `now` (ms, monotonic). To be asked before each
   * act: after a pause of the process, time may be over before anything could abort the signal (S44).
   */
  isValid(now: number): boolean;
}
