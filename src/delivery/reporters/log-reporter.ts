import { formatDuration } from '../../base/duration.ts';
import type { LogFields, Logger } from '../../telemetry/logger.ts';
import { isExpected } from '../policy/customer.ts';
import type { PodRef, Report, Reporter } from '../report.ts';
import {
  type Explanation,
  explainInterception,
  explainNotFinished,
  explainObstacle,
  explainReason,
} from './explain.ts';

/** Writes every report as a log line. */
export function logReporter(logger: Logger): Reporter {
  return { report: (report) => log(logger, report) };
}

function log(logger: Logger, report: Report): void {
  switch (report.kind) {
    case 'hindered':
      return logHindered(logger, report);
    case 'waiting':
      return warn(
        logger,
        { ...fieldsOf(report), reason: report.reason.kind },
        explainReason(report.reason),
      );
    case 'minted':
      return logger.info(fieldsOf(report), 'minted a wrapped secret_id');
    case 'mint-failed':
      return logger.debug({ ...fieldsOf(report), words: report.words }, 'a mint failed');
    case 'pushed':
      return logger.debug(fieldsOf(report), 'pushed');
    case 'push-failed':
      return logger.debug(fieldsOf(report), explainReason(report.reason).message);
    case 'unheard':
      return logger.debug(fieldsOf(report), 'the wrapping token expired before anybody listened');
    case 'delivered':
      return logger.info(
        { ...fieldsOf(report), ...report.times },
        `delivered, ${formatDuration(report.times.delivered)} after the init container was seen to run`,
      );
    case 'not-finished':
      return warn(
        logger,
        { ...fieldsOf(report), exitCode: report.exitCode },
        explainNotFinished(report.exitCode),
      );
    case 'interception': {
      const { certainty } = report;
      const { message, remedy } = explainInterception(certainty);
      return logger.error({ ...fieldsOf(report), certainty, remedy }, message);
    }
    default:
      return logVault(logger, report);
  }
}

function logHindered(logger: Logger, report: Extract<Report, { kind: 'hindered' }>): void {
  const explanation = explainObstacle(report.by, report.detail);
  if (isExpected(report.by)) return logger.debug(fieldsOf(report), explanation.message);
  warn(logger, fieldsOf(report), explanation);
}

type VaultReport = Exclude<Report, { readonly pod: PodRef }>;

function logVault(logger: Logger, report: VaultReport): void {
  switch (report.kind) {
    case 'role-problem': {
      const { problem, retryInMs } = report;
      return warn(logger, { role: problem.role, retryInMs }, explainReason(problem));
    }
    case 'role-accepted':
      return logger.info({ role: report.role }, 'Vault mints for the role');
    case 'vault-paused': {
      const { namespace, problem, retryInMs } = report;
      return warn(logger, { ...only(namespace), retryInMs }, explainReason(problem));
    }
    case 'vault-resumed':
      return logger.info(only(report.namespace), 'Vault answers again');
    case 'clean-up-failed': {
      const { role, accessor, words } = report;
      const message = `a secret_id that is not used could not be destroyed (${words}); it expires by its own TTL`;
      return logger.warn({ role, accessor }, message);
    }
  }
}

function fieldsOf(report: {
  pod: PodRef;
  role?: string | undefined;
  accessor?: string | undefined;
}): LogFields {
  const { pod, role, accessor } = report;
  return {
    pod: `${pod.namespace}/${pod.name}`,
    uid: pod.uid,
    ...(role === undefined ? {} : { role }),
    ...(accessor === undefined ? {} : { accessor }),
  };
}

function only(namespace: string | undefined): LogFields {
  return namespace === undefined ? {} : { namespace };
}

function warn(logger: Logger, fields: LogFields, { message, remedy }: Explanation): void {
  logger.warn({ ...fields, remedy }, message);
}
