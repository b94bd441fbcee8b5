import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../rig/monotonic.ts';
import { forEachAtOnce } from '../rig/pool.ts';
import type { Pace } from '../rig/wave.ts';

/** One pod each `everyMs` milliseconds, whatever the reports take. */
export function trickling(everyMs: number): Pace {
  return async (pods, report) => {
    const begin = monotonicMs();
    const reports = pods.map(async (pod, index) => {
      await sleep(Math.max(0, begin + index * everyMs - monotonicMs()));
      await report(pod);
    });
    await Promise.all(reports);
  };
}

/** All pods, `width` reports under way at a time. */
export function bursting(width: number): Pace {
  return (pods, report) => forEachAtOnce(pods, width, report);
}
