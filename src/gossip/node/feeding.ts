import type { Clock } from '../../base/clock.ts';
import { wakeTimer } from '../../base/wake-timer.ts';
import type { Serf } from '../serf/serf.ts';
import type { SerfAction, SerfInput } from '../serf/surface.ts';

export interface Feeding {
  feed(input: SerfInput): void;
  /** Nothing is fed, woken or carried out any more. */
  stop(): void;
}

/**
 * Tells `serf` what happens, one after the other, and has carried out what comes of it, and wakes it
 * when it wants to be. What is fed while something is carried out waits its turn.
 */
export function feeding(serf: Serf, clock: Clock, carryOut: (action: SerfAction) => void): Feeding {
  const inputs: SerfInput[] = [];
  let isBusy = false;
  let isOver = false;
  const timer = wakeTimer(clock, () => feed({ kind: 'wake' }));
  const takeAll = () => {
    for (let input = inputs.shift(); input !== undefined; input = inputs.shift()) {
      for (const action of serf.step(input, clock.now())) if (!isOver) carryOut(action);
    }
  };
  const feed = (input: SerfInput) => {
    if (isOver) return;
    inputs.push(input);
    if (isBusy) return;
    isBusy = true;
    try {
      takeAll();
    } finally {
      isBusy = false;
    }
    timer.set(serf.nextWake());
  };
  return {
    feed,
    stop() {
      isOver = true;
      timer.stop();
    },
  };
}
