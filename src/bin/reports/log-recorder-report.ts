import { EVENTS_RBAC_RULE } from '../../kube/events/events-api.ts';
import type { RecorderReport } from '../../kube/events/messages.ts';
import type { Logger } from '../../telemetry/logger.ts';

/** Writes what the recorder of Events reports as log lines. */
export function logRecorderReport(logger: Logger, report: RecorderReport): void {
  switch (report.kind) {
    case 'forbidden': {
      const { error, retryInMs } = report;
      const remedy = `let the controller's service account have the rule ${EVENTS_RBAC_RULE}`;
      const message = `Events may not be written, and deliveries go on without them: ${error.detail}`;
      return logger.warn({ error, retryInMs, remedy }, message);
    }
    case 'allowed-again':
      return logger.info({}, 'Events may be written again');
    case 'failing': {
      const { error, retryInMs } = report;
      return logger.warn({ error, retryInMs }, `cannot write Events: ${error.message}`);
    }
    case 'recovered':
      return logger.info({}, 'Events can be written again');
    case 'refused':
      return logger.debug({ error: report.error }, 'the API server refused an Event');
    case 'dropped': {
      const { normal, warning } = report;
      const message = 'some Events were not written: there were too many, or they were refused';
      return logger.info({ normal, warning }, message);
    }
  }
}
