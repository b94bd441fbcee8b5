import type { Cancel, Clock } from '../../src/base/clock.ts';
import type { Random } from '../../src/base/random.ts';

/** A process on a machine of its own, which can be killed, stopped and continued. */
export interface SimProcess {
  /** Its machine's: fast or slow by a little, and about no other machine's time. */
  readonly clock: Clock;
  /** When, in the world's time, its clock says this. */
  worldTimeOf(at: number): number;
  readonly state: 'running' | 'stopped' | 'dead';
  /** Hands in what comes from outside. A stopped process gets it when it goes on, a dead one never. */
  receive(run: () => void): void;
  /** As SIGKILL. */
  kill(): void;
  /** As SIGSTOP: nothing happens in it, while its clock goes on. */
  stop(): void;
  /** As SIGCONT: all that has come meanwhile, and all timers that are due, come at once. */
  resume(): void;
}

/** How a machine's clocks differ from the world's. */
export interface ClockError {
  /** How much faster the monotonic clock is: 0.005 gains 5 ms in a second. */
  readonly drift: number;
  /** What the monotonic clock says when the world's says 0, in ms. */
  readonly start: number;
  /** How far ahead the wall clock is, in ms. */
  readonly wallSkew: number;
}

/** A callback that waits for the process to go on. */
interface Held {
  readonly run: () => void;
  readonly isTimer: boolean;
}

/** Fast or slow by half a percent at most; the wall clock is an hour off at most. */
export function anyClockError(random: Random): ClockError {
  return {
    drift: (random() - 0.5) / 100,
    start: random() * 1_000_000,
    wallSkew: Math.round((random() - 0.5) * 7_200_000),
  };
}

export function startProcess(world: Clock, random: Random, error: ClockError): SimProcess {
  let state: SimProcess['state'] = 'running';
  let held: Held[] = [];
  const enter = (callback: Held) => {
    if (state === 'running') callback.run();
    if (state === 'stopped') held.push(callback);
  };
  return {
    clock: machineClock(world, error, (run) => enter({ run, isTimer: true })),
    get state() {
      return state;
    },
    worldTimeOf: (at) => (at - error.start) / (1 + error.drift),
    receive: (run) => enter({ run, isTimer: false }),
    kill() {
      state = 'dead';
      held = [];
    },
    stop() {
      if (state === 'running') state = 'stopped';
    },
    resume() {
      if (state !== 'stopped') return;
      state = 'running';
      // One by one, so that what each sets off comes to its end before the next.
      for (const each of shuffled(held.splice(0), random)) {
        world.callAt(world.now(), () => enter(each));
      }
    },
  };
}

function machineClock(
  world: Clock,
  { drift, start, wallSkew }: ClockError,
  enter: (run: () => void) => void,
): Clock {
  const rate = 1 + drift;
  // A timer never rings early: what is lost in the reckoning to and fro is made up for.
  let atLeast = start;
  return {
    now: () => Math.max(atLeast, start + world.now() * rate),
    wallClock: () => world.wallClock() + wallSkew,
    callAt(at, wake): Cancel {
      let isCancelled = false;
      const ring = () => {
        if (isCancelled) return;
        atLeast = Math.max(atLeast, at);
        wake();
      };
      const cancel = world.callAt((at - start) / rate, () => enter(ring));
      return () => {
        isCancelled = true;
        cancel();
      };
    },
  };
}

/** Timers among themselves keep their order, and so does what came from outside. */
function shuffled(held: readonly Held[], random: Random): Held[] {
  const timers = held.filter(({ isTimer }) => isTimer);
  const arrivals = held.filter(({ isTimer }) => !isTimer);
  const order: Held[] = [];
  while (timers.length + arrivals.length > 0) {
    const isTimer = random() * (timers.length + arrivals.length) < timers.length;
    const next = (isTimer ? timers : arrivals).shift();
    if (next !== undefined) order.push(next);
  }
  return order;
}

/** How the work ended that was done outside of the process, as it comes to know of it. */
export function toProcess<T>(process: SimProcess, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(
      (value) => process.receive(() => resolve(value)),
      (error: unknown) => process.receive(() => reject(error)),
    );
  });
}
