/**
 * The `p`-th percentile (0 < p ≤ 100) by nearest rank: the smallest of the values that at least
 * p percent of them do not exceed, so it is always one that was measured.
 * @throws RangeError when there is no value
 */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('a percentile of no values');
  return value;
}

/**
 * The middle value, or the mean of the two in the middle.
 * @throws RangeError when there is no value
 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError('a median of no values');
  return (low + high) / 2;
}

/**
 * What was measured divided by the floor, run by run: the two of a pair ran one after the other, so
 * what slowed the machine down at that time slowed both down. Runs that only one of them has are
 * left out.
 */
export function ratiosByPair(measured: readonly number[], floor: readonly number[]): number[] {
  const pairs = Math.min(measured.length, floor.length);
  return measured.slice(0, pairs).map((value, run) => value / (floor[run] ?? Number.NaN));
}
