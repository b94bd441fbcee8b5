import type { ReflectorReport } from './reflector/messages.ts';
import { isLostMoment } from './reflector/trouble.ts';

interface WatchCounter {
  readonly watchRestarts: { inc(labels: { cause: 'timeout' | 'error' | 'expired' }): void };
}

/** Counts each end of a watch, which is followed by another watch. */
export function countWatchEnds({ watchRestarts }: WatchCounter, report: ReflectorReport): void {
  if (report.kind !== 'watch-ended') return;
  const { error } = report;
  if (error === undefined) return watchRestarts.inc({ cause: 'timeout' });
  watchRestarts.inc({ cause: isLostMoment(error) ? 'expired' : 'error' });
}
