import type { Cancel, Clock } from './clock.ts';

/** Wakes whoever says, each time it is asked, when that is next to be. */
export interface WakeTimer {
  /** Wakes once when the clock has reached `at`, or earlier; undefined asks for nothing new. */
  set(at: number | undefined): void;
  /** Wakes no more, whatever it is set to. */
  stop(): void;
}

/**
 * Holds one timer at a time. An earlier one is left alone: what happens often puts the next wake off
 * often, and a wake that comes early finds nothing due and sets the timer anew.
 */
export function wakeTimer(clock: Clock, wake: () => void): WakeTimer {
  let timer: { readonly at: number; readonly cancel: Cancel } | undefined;
  let isStopped = false;
  return {
    set(at) {
      if (at === undefined || isStopped) return;
      if (timer !== undefined) {
        if (timer.at <= at) return;
        timer.cancel();
      }
      const ring = () => {
        timer = undefined;
        wake();
      };
      timer = { at, cancel: clock.callAt(at, ring) };
    },
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}
