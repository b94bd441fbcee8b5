import type { RaftElectionReport, ShapeReport } from '../../election/raft/reports.ts';
import type { Metrics } from '../../telemetry/metrics/metrics.ts';

/** Counts what the Raft election reports. */
export function measureCluster(
  { cluster }: Pick<Metrics, 'cluster'>,
  report: RaftElectionReport,
): void {
  switch (report.kind) {
    case 'shape':
      return measureShape(cluster, report);
    case 'member':
      return measureMember(cluster, report);
    case 'trouble':
      // No status tells it where no server runs.
      if (report.error !== undefined) cluster.raftLeading.set(0);
      return;
    default:
      return;
  }
}

function measureShape(
  { epoch, raftTerm, raftNodes, raftVoters, raftLeading }: Metrics['cluster'],
  shape: ShapeReport,
): void {
  epoch.set(shape.epoch);
  raftTerm.set(shape.term);
  raftNodes.set(shape.servers);
  raftVoters.set(shape.voters);
  raftLeading.set(Number(shape.isLeader));
}

function measureMember(
  cluster: Metrics['cluster'],
  { change, member: { node } }: Extract<RaftElectionReport, { kind: 'member' }>,
): void {
  switch (change) {
    case 'joined':
      return cluster.gossipJoined.inc({ node });
    case 'left':
      return cluster.gossipLeft.inc({ node });
    case 'failed':
      return cluster.gossipFailed.inc({ node });
    case 'reaped':
      return cluster.gossipReaped.inc({ node });
    case 'updated':
      return;
  }
}
