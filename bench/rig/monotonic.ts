/**
 * Milliseconds on the machine's monotonic clock, the same one in every process of this machine:
 * what one process stamps, another may compare.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
}
