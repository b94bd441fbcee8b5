import type { Clock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import type { Settings } from '../../config/settings.ts';
import type { KubeClient } from '../../kube/api/kube-client.ts';
import type { PodEvent } from '../../kube/pod-event.ts';
import { podScope } from '../../kube/pod-scope.ts';
import { createPodsApi } from '../../kube/pods-api.ts';
import type { PodsCheck } from '../../kube/pods-check.ts';
import { DEFAULT_REFLECTOR_SETTINGS } from '../../kube/reflector/messages.ts';
import { startReflector } from '../../kube/reflector/runner.ts';
import { countWatchEnds } from '../../kube/watch-metrics.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics/metrics.ts';
import { logReflectorReport } from '../reports/log-reflector-report.ts';

export interface SeePodsParts {
  readonly settings: Pick<Settings, 'kubernetes'>;
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'cluster'>;
  readonly pods: PodsCheck;
  /** Takes in what there is to know of pods. */
  readonly sink: (event: PodEvent) => void;
}

/**
 * Lists and watches the pods, until it is disposed of. `pendingListed` resolves when all pods that
 * may wait for a credential have been told of.
 */
export function seePods(
  parts: SeePodsParts,
): Disposable & { readonly pendingListed: Promise<void> } {
  const { settings, kube, clock, logger, metrics, pods, sink } = parts;
  const { watch, podSelector } = settings.kubernetes;
  const pendingListed = Promise.withResolvers<void>();
  const reflector = startReflector({
    api: createPodsApi(kube, podScope(watch), podSelector),
    settings: DEFAULT_REFLECTOR_SETTINGS,
    clock,
    random: systemRandom,
    sink(event) {
      pods.heard(event);
      sink(event);
      if (event.kind === 'pending-listed') pendingListed.resolve();
    },
    report(report) {
      pods.reported(report);
      countWatchEnds(metrics.cluster, report);
      logReflectorReport(logger, report);
    },
  });
  return { pendingListed: pendingListed.promise, [Symbol.dispose]: () => reflector.stop() };
}
