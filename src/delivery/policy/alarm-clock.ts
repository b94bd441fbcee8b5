import TinyQueue from 'tinyqueue';
import type { RoleName } from '../../wire/role-name.ts';

/** Something to look at when its time has come; who set it checks whether it still matters. */
export type Alarm = { readonly at: number } & (
  | { readonly kind: 'pod'; readonly uid: string }
  | { readonly kind: 'role'; readonly role: RoleName }
  | { readonly kind: 'cleanup'; readonly id: number }
);

/** Alarms by time. Times are ms on the monotonic clock. */
export class AlarmClock {
  readonly #queue = new TinyQueue<Alarm>([], (a, b) => a.at - b.at);
  #dispatchAt = Number.POSITIVE_INFINITY;

  set(alarm: Alarm): void {
    this.#queue.push(alarm);
  }

  /**
   * Wakes the core at `at` to look who may be served. Only the earliest such time is kept: who is
   * still waiting then asks again.
   */
  dispatchAt(at: number): void {
    this.#dispatchAt = Math.min(this.#dispatchAt, at);
  }

  next(): number | undefined {
    const at = Math.min(this.#dispatchAt, this.#queue.peek()?.at ?? Number.POSITIVE_INFINITY);
    return at === Number.POSITIVE_INFINITY ? undefined : at;
  }

  /** Takes the next alarm whose time has come. */
  takeDue(now: number): Alarm | undefined {
    if (this.#dispatchAt <= now) this.#dispatchAt = Number.POSITIVE_INFINITY;
    const alarm = this.#queue.peek();
    return alarm === undefined || alarm.at > now ? undefined : this.#queue.pop();
  }
}
