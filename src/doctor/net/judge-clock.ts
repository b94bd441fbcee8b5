import { formatDuration } from '../../base/duration.ts';
import { about, type Finding } from '../finding.ts';

/** What a network and a header of whole seconds can explain. */
const UNSEEN_MS = 5_000;
/** What is issued on one side seems not to be valid yet, or no longer, on the other. */
const HARMFUL_MS = 300_000;

/** Judges a server's clock beside ours: their difference in milliseconds, where that is known. */
export function judgeClock(check: string, whose: string, skewMs: number | undefined): Finding {
  const it = about(check);
  if (skewMs === undefined) return it.skipped(`${whose} does not tell the time`);
  const size = Math.abs(skewMs);
  if (size <= UNSEEN_MS) return it.ok(`${whose}'s clock and the one here agree`);
  const reason = `${whose}'s clock is ${formatDuration(size)} ${skewMs < 0 ? 'behind' : 'ahead of'} the one here`;
  const remedy = 'set both by NTP; certificates and tokens are judged by them';
  return size > HARMFUL_MS ? it.failed(reason, remedy) : it.warning(reason, remedy);
}
