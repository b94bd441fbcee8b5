/** Who acted at some moment (ms, the machine's monotonic clock), as the controllers said themselves. */
export interface Sighting {
  readonly at: number;
  readonly acting: number;
}

/**
 * How long after `from` any controller was last seen to act (ms); 0 if none was.
 * @param sightings in the order of their times
 */
export function lastActing(sightings: readonly Sighting[], from: number): number {
  const last = sightings.findLast(({ at, acting }) => at >= from && acting > 0);
  return last === undefined ? 0 : last.at - from;
}
