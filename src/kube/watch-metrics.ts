import type { ClusterMetrics } from '../telemetry/metrics/cluster-metrics.ts';
import type { ReflectorReport } from './reflector/messages.ts';
import { isLostMoment } from './reflector/trouble.ts';

/** Counts each end of a watch, which is followed by another watch. */
export function countWatchEnds(
  { watchRestarts }: Pick<ClusterMetrics, 'watchRestarts'>,
  report: ReflectorReport,
): void {
  if (report.kind !== 'watch-ended') return;
  const { error } = report;
  if (error === undefined) return watchRestarts.inc({ cause: 'timeout' });
  watchRestarts.inc({ cause: isLostMoment(error) ? 'expired' : 'error' });
}
