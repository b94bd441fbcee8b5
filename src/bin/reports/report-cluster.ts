import type { Clock } from '../../base/clock.ts';
import type { RaftElectionReport } from '../../election/raft/reports.ts';
import type { Endpoint } from '../../gossip/messages.ts';
import type { NodeReport } from '../../gossip/node/report.ts';
import type { RaftNodeReport } from '../../raft/node/raft-node-parts.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics/metrics.ts';
import { logClusterReport } from './log-cluster-report.ts';
import { measureCluster } from './measure-cluster.ts';

/** Takes in what each part of the Raft election reports: for the log, and for the metrics. */
export interface ClusterReporter {
  election(report: RaftElectionReport): void;
  gossip(report: NodeReport): void;
  raft(report: RaftNodeReport): void;
}

export interface ClusterReporterParts {
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'cluster'>;
  readonly clock: Clock;
}

/** Whoever can send a packet could fill the log: of each kind of what comes, one line in this time. */
const QUIET_MS = 60_000;
/** What comes of somebody without a key of the cluster, or who repeats what others said. */
const STRANGE = ['unreadable', 'label', 'replayed'] as const;

export function reportCluster({ logger, metrics, clock }: ClusterReporterParts): ClusterReporter {
  const isDue = onceInAWhile(clock);
  // An alert that looks for an increase has to know of the time before the first one.
  for (const reason of STRANGE) metrics.cluster.dropped.inc({ protocol: 'gossip', reason }, 0);
  metrics.cluster.dropped.inc({ protocol: 'raft', reason: 'stranger' }, 0);
  const drop = (protocol: 'gossip' | 'raft', reason: string, error: Error, from?: Endpoint) => {
    metrics.cluster.dropped.inc({ protocol, reason });
    if (!isDue(`${protocol} ${reason}`)) return;
    logger.warn(
      { protocol, reason, from, error },
      `${protocol}: what came was dropped: ${error.message}`,
    );
  };
  return {
    election(report) {
      measureCluster(metrics, report);
      logClusterReport(logger, report);
    },
    gossip(report) {
      if (report.kind === 'dropped') drop('gossip', report.reason, report.error, report.from);
      else if (report.kind === 'conflict') {
        const { node, endpoint } = report;
        if (!isDue('conflict')) return;
        logger.warn({ node, endpoint }, `two controllers claim the address ${node}`);
      } else if (report.kind === 'failed') {
        const { error } = report;
        logger.error({ error }, `gossip: ${error.message}`);
      }
    },
    raft(report) {
      if (report.kind === 'stranger') drop('raft', 'stranger', report.error);
      else if (report.kind === 'malformed') drop('raft', 'malformed', report.error);
      else if (report.kind === 'failed') {
        const { error } = report;
        logger.error({ error }, 'raft: a request could not be answered');
      }
    },
  };
}

/** Whether a line of that kind may be written now; who asks writes it. */
function onceInAWhile(clock: Clock): (kind: string) => boolean {
  const loggedAt = new Map<string, number>();
  return (kind) => {
    const now = clock.now();
    if (now < (loggedAt.get(kind) ?? Number.NEGATIVE_INFINITY) + QUIET_MS) return false;
    loggedAt.set(kind, now);
    return true;
  };
}
