import { type LamportClock, lamportClock } from './lamport-clock.ts';

/** What each of the last Lamport times brought, to take nothing for new twice. */
export interface RecentlySeen<One> {
  readonly clock: LamportClock;
  /** Returns whether it is new; what is older than what is remembered is not. */
  add(time: number, one: One): boolean;
  /** Nothing from before that is new any more. */
  ignoreBefore(time: number): void;
  /** All that is remembered. */
  entries(): readonly { readonly time: number; readonly seen: readonly One[] }[];
}

/** Remembers `size` times, a time at the place of those that are `size` before it (serf, handleUserEvent). */
export function recentlySeen<One>(
  size: number,
  isSame: (one: One, other: One) => boolean,
): RecentlySeen<One> {
  const clock = lamportClock();
  const slots = new Map<number, { readonly time: number; readonly seen: One[] }>();
  let from = 0;
  return {
    clock,
    add(time, one) {
      clock.witness(time);
      if (time < from || (clock.time > size && time < clock.time - size)) return false;
      const slot = slots.get(time % size);
      if (slot?.time !== time) {
        slots.set(time % size, { time, seen: [one] });
        return true;
      }
      if (slot.seen.some((other) => isSame(one, other))) return false;
      slot.seen.push(one);
      return true;
    },
    ignoreBefore(time) {
      from = Math.max(from, time);
    },
    entries: () => [...slots.values()],
  };
}
