import { formatDuration } from '../../base/duration.ts';
import type { ReflectorReport } from '../../kube/reflector/messages.ts';
import type { Logger } from '../../telemetry/logger.ts';

/** Writes what the reflector reports as log lines. */
export function logReflectorReport(logger: Logger, report: ReflectorReport): void {
  switch (report.kind) {
    case 'failing': {
      const { verb, error, retryInMs } = report;
      return logger.error({ error, retryInMs }, `cannot ${verb} pods: ${error.message}`);
    }
    case 'recovered':
      return logger.info({}, `can ${report.verb} pods again`);
    case 'watch-ended':
      return logger.debug({ error: report.error }, 'the watch ended and is resumed');
    case 'relisting':
      return logger.info({ error: report.error }, 'the watch cannot be resumed: listing all pods');
    case 'synced': {
      const { pods, ms } = report;
      return logger.info({ pods, ms }, `listed ${pods} pods in ${formatDuration(ms)}; watching`);
    }
  }
}
