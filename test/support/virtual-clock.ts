import type { Cancel, Clock } from '../../src/base/clock.ts';

/** A clock that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /** Moves time on by `ms`, waking what is due, in the order of its time, then of its being asked for. */
  advance(ms: number): void;
  /** As `advance`, but lets promises settle after each wake, so that async code runs in its own order. */
  advanceAsync(ms: number): Promise<void>;
  /** The time of the earliest wake that is still to come, or undefined when none is. */
  nextWake(): number | undefined;
}

/** What `wallClock()` says at the start: a date that no test should depend on. */
export const VIRTUAL_EPOCH = Date.parse('2026-01-01T00:00:00Z');

/** More wakes than that without any time between them come to no end. */
const MOST_AT_ONCE = 100_000;

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that starts at `start` ms (of `now()`) and only moves when it is told to. */
export function virtualClock(start = 0): VirtualClock {
  let now = start;
  let wakesAtOnce = 0;
  const timers = new Set<Timer>();

  const takeNext = (until: number): Timer | undefined => {
    const due = earliest(timers);
    if (due === undefined || due.at > until) return undefined;
    timers.delete(due);
    wakesAtOnce = due.at > now ? 0 : wakesAtOnce + 1;
    if (wakesAtOnce > MOST_AT_ONCE) throw new Error(`time stands still at ${now}: something spins`);
    now = Math.max(now, due.at);
    return due;
  };
  return {
    now: () => now,
    wallClock: () => VIRTUAL_EPOCH + Math.round(now - start),
    callAt(at, wake): Cancel {
      const timer = { at, wake };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      const until = now + ms;
      for (let due = takeNext(until); due; due = takeNext(until)) due.wake();
      now = until;
    },
    async advanceAsync(ms) {
      const until = now + ms;
      await promisesSettled();
      for (let due = takeNext(until); due; due = takeNext(until)) {
        due.wake();
        await promisesSettled();
      }
      now = until;
    },
    nextWake: () => earliest(timers)?.at,
  };
}

/** A Set keeps the order of insertion, which breaks ties. */
function earliest(timers: ReadonlySet<Timer>): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers) if (first === undefined || timer.at < first.at) first = timer;
  return first;
}

/** Resolves when every promise that can settle without time or I/O has: microtasks run before an immediate. */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
