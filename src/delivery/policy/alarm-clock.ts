import TinyQueue from 'tinyqueue';
import type { RoleName } from '../../wire/role-name.ts';

/** Something to look at when its time has come; who set it checks whether it still matters. */
export type Alarm = { readonly at: number } & (
  | { readonly kind: 'pod'; readonly uid: string }
  | { readonly kind: 'role'; readonly role: RoleName }
  | { readonly kind: 'cleanup'; readonly id: number }
  /** Only wakes the core, which then looks who may be served. */
  | { readonly kind: 'dispatch' }
);

/** Alarms by time. Times are ms on the monotonic clock. */
export class AlarmClock {
  readonly #queue = new TinyQueue<Alarm>([], (a, b) => a.at - b.at);
  #nextDispatch = Number.POSITIVE_INFINITY;

  set(alarm: Alarm): void {
    if (alarm.kind === 'dispatch') {
      if (alarm.at >= this.#nextDispatch) return;
      this.#nextDispatch = alarm.at;
    }
    this.#queue.push(alarm);
  }

  next(): number | undefined {
    return this.#queue.peek()?.at;
  }

  /** Takes the next alarm whose time has come. */
  takeDue(now: number): Alarm | undefined {
    const alarm = this.#queue.peek();
    if (alarm === undefined || alarm.at > now) return undefined;
    this.#queue.pop();
    if (alarm.kind === 'dispatch') this.#nextDispatch = Number.POSITIVE_INFINITY;
    return alarm;
  }
}
