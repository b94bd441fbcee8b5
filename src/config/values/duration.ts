import { parseGoDuration } from '../../base/duration.ts';
import { bad, good, quoted, type Read } from './reading.ts';

/** The longest that Go's time.Duration can hold: 2^63 ns. */
const LONGEST_MS = 2 ** 63 / 1e6;

/** Milliseconds, from a Go duration or a number of seconds: a second at least, which is Vault's unit. */
export const duration: Read<number> = (scalar) => {
  const ms = /^\d+(\.\d+)?$/.test(scalar.text)
    ? Number(scalar.text) * 1_000
    : parseGoDuration(scalar.text);
  if (ms === undefined) {
    return bad(
      `${quoted(scalar)} is not a duration: a Go duration such as 90s or 1h30m, or seconds as a number`,
    );
  }
  if (ms <= 0) return bad(`${quoted(scalar)} is not positive`);
  if (ms < 1_000) return bad(`${quoted(scalar)} is shorter than a second`);
  return ms > LONGEST_MS ? bad(`${quoted(scalar)} is too long`) : good(ms);
};
