import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/support/until.ts';

/** A probe is a program that starts, and the cluster shares the machine with it. */
const PAUSE_MS = 200;

/** As `until`, for conditions of a cluster: these take longer, and cost more to look at. */
export function eventually<T>(
  what: string,
  probe: () => Promise<T>,
  withinMs = 60_000,
): Promise<NonNullable<Exclude<T, false>>> {
  let isFirst = true;
  const unhurried = async () => {
    if (!isFirst) await sleep(PAUSE_MS);
    isFirst = false;
    return probe();
  };
  return until(what, unhurried, withinMs);
}
