import { formatDuration } from '../../base/duration.ts';
import type { LeaseReport, TakeoverCause, TermEnd } from '../../election/lease/messages.ts';
import type { Logger } from '../../telemetry/logger.ts';

const BEGAN: Readonly<Record<TakeoverCause, string>> = {
  free: 'nobody held the Lease',
  expired: 'its holder had not renewed the Lease in time',
  probe: "its holder's process is gone",
  resumed: 'the Lease was still its own',
  superseded: 'it leads the Raft cluster, and the holder of the Lease did so in an earlier term',
};

const ENDED: Readonly<Record<TermEnd, string>> = {
  lapsed: 'it could not renew the Lease in time',
  taken: 'another controller holds the Lease, or somebody has emptied it',
  deposed: 'it does not lead the Raft cluster any more',
  'handed-over': 'it was told to stop',
};

/** A second and a quarter is the most that such a write is given. Each renewal would be far too many lines. */
const SLOW_MS = 750;

/** Writes what the Lease election reports as log lines. */
export function logLeaseReport(logger: Logger, report: LeaseReport): void {
  switch (report.kind) {
    case 'holder': {
      const { holder, isUs } = report;
      if (isUs) return;
      const message = holder === undefined ? 'nobody holds the Lease' : `${holder} leads`;
      return logger.info({ leader: holder }, message);
    }
    case 'term-began':
      return logger.info(
        { cause: report.cause },
        `this controller acts from now on: ${BEGAN[report.cause]}`,
      );
    case 'term-ended': {
      const { end } = report;
      const message = `this controller acts no longer: ${ENDED[end]}`;
      return end === 'lapsed' ? logger.warn({ end }, message) : logger.info({ end }, message);
    }
    case 'renewed': {
      const { ms } = report;
      if (ms < SLOW_MS) return;
      return logger.warn({ ms }, `the write that holds the Lease took ${formatDuration(ms)}`);
    }
    case 'failing':
      return logger.error({ error: report.error }, `the election: ${report.error.message}`);
    case 'recovered':
      return logger.info({}, 'the election: the API server answers as it should again');
  }
}
