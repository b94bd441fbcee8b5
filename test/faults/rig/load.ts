import type { Stage } from './stage.ts';

/** Pods a second. */
export const ARRIVALS = 8;
/** After so many have been served, all is plainly well. */
export const WARM = 16;

/** Has pods arrive from now on; resolves when the first of them have been served. */
export async function underLoad({ crowd }: Stage): Promise<void> {
  crowd.arrive(ARRIVALS);
  await crowd.serves(WARM);
}
