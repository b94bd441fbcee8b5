import type { Clock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import type { Reporter } from '../../delivery/report.ts';
import { combineReporters } from '../../delivery/reporters/combine-reporters.ts';
import { eventReporter } from '../../delivery/reporters/event-reporter.ts';
import { logReporter } from '../../delivery/reporters/log-reporter.ts';
import { metricsReporter } from '../../delivery/reporters/metrics-reporter.ts';
import type { KubeClient } from '../../kube/api/kube-client.ts';
import { createEventsApi } from '../../kube/events/events-api.ts';
import { DEFAULT_RECORDER_SETTINGS } from '../../kube/events/messages.ts';
import { startEventWriter } from '../../kube/events/runner.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics/metrics.ts';
import { logRecorderReport } from '../reports/log-recorder-report.ts';

export interface TellPeopleParts {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface Teller extends Reporter, Disposable {
  /** Resolves when the Events that there are to write are written, or after `withinMs`. */
  finish(withinMs: number): Promise<void>;
}

/** Tells what becomes of pods in the log, in the metrics and in Events, until it is disposed of. */
export function tellPeople(parts: TellPeopleParts): Teller {
  const { variables, kube, clock, logger, metrics } = parts;
  const events = startEventWriter({
    api: createEventsApi(kube),
    settings: { ...DEFAULT_RECORDER_SETTINGS, source: eventSource(variables) },
    clock,
    random: systemRandom,
    report: (report) => logRecorderReport(logger, report),
  });
  const reporter = combineReporters(
    logReporter(logger),
    metricsReporter(metrics, clock),
    eventReporter(events.write),
  );
  return {
    report: (report) => reporter.report(report),
    finish: events.finish,
    [Symbol.dispose]: () => events.stop(),
  };
}

/** A pod's host name is its name. */
function eventSource(variables: TellPeopleParts['variables']) {
  return { component: 'kubernetes-vault', host: variables['HOSTNAME'] };
}
