import type { Clock } from '../../base/clock.ts';
import type { LeaseReport } from '../../election/lease/messages.ts';
import type { Metrics } from '../../telemetry/metrics/metrics.ts';

/** Counts what the Lease election reports. */
export function measureElection(
  { election, cluster }: Pick<Metrics, 'election' | 'cluster'>,
  clock: Clock,
): (report: LeaseReport) => void {
  return (report) => {
    switch (report.kind) {
      case 'holder':
        election.leader.reset();
        election.leaderSince.remove();
        if (report.holder === undefined) return;
        cluster.raftLeaderChanges.inc();
        election.leader.set({ leader: report.holder }, 1);
        return election.leaderSince.set(clock.wallClock() / 1_000);
      case 'term-began':
        election.terms.inc({ cause: report.cause });
        return election.acting.set(1);
      case 'term-ended':
        election.termEnds.inc({ end: report.end });
        return election.acting.set(0);
      case 'renewed':
        return election.renewals.observe(report.ms / 1_000);
      default:
        return;
    }
  };
}
