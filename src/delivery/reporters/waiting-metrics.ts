import type { Clock } from '../../base/clock.ts';
import type { Metrics } from '../../telemetry/metrics/metrics.ts';
import type { DeliveryCore } from '../core.ts';
import type { Counted } from '../steps/census.ts';

interface Waiting {
  pods: number;
  longestMs: number;
}

/** Has the pods counted that wait, at each scrape. A reason that was seen once stays, with 0 pods. */
export function measureWaiting(
  metrics: Pick<Metrics, 'delivery' | 'onScrape'>,
  core: Pick<DeliveryCore, 'census'>,
  clock: Clock,
): void {
  const { waiting, oldestWait, hindered } = metrics.delivery;
  const byReason = new Map<string, Waiting>();
  const byObstacle = new Map<string, number>();
  metrics.onScrape(() => {
    for (const reason of byReason.keys()) byReason.set(reason, { pods: 0, longestMs: 0 });
    for (const obstacle of byObstacle.keys()) byObstacle.set(obstacle, 0);
    const now = clock.now();
    for (const pod of core.census(now)) add(pod, now, byReason, byObstacle);
    for (const [reason, { pods, longestMs }] of byReason) {
      waiting.set({ reason }, pods);
      oldestWait.set({ reason }, longestMs / 1_000);
    }
    for (const [reason, pods] of byObstacle) hindered.set({ reason }, pods);
  });
}

function add(
  pod: Counted,
  now: number,
  byReason: Map<string, Waiting>,
  byObstacle: Map<string, number>,
): void {
  if (pod.kind === 'hindered') {
    byObstacle.set(pod.by, (byObstacle.get(pod.by) ?? 0) + 1);
    return;
  }
  const { pods, longestMs } = byReason.get(pod.reason) ?? { pods: 0, longestMs: 0 };
  byReason.set(pod.reason, {
    pods: pods + 1,
    longestMs: Math.max(longestMs, now - pod.sinceMs),
  });
}
