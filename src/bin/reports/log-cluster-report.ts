import type { ClusterReport } from '../../election/raft/cluster/messages.ts';
import type { RaftElectionReport } from '../../election/raft/reports.ts';
import { describedBy } from '../../election/raft/self-description.ts';
import type { SerfChange, SerfMember } from '../../gossip/serf/surface.ts';
import type { ClusterName } from '../../kube/leases/cluster-lease.ts';
import type { Change } from '../../raft/core/io.ts';
import type { Logger } from '../../telemetry/logger.ts';

type Founding = Extract<ClusterReport, { kind: 'founding' }>['cause'];
type Serving = Extract<ClusterReport, { kind: 'serving' }>['as'];

const FOUNDING: Readonly<Record<Founding, string>> = {
  none: 'there is none',
  ended: 'all servers of the one before have left',
  leaderless: 'nobody leads the one before, and there is no Lease of it',
  'quorum-lost': 'most voters of the one before are gone for good',
  'data-lost': 'nobody has the data of the one before',
};

const SERVING: Readonly<Record<Serving, string>> = {
  founder: 'as its first server',
  returning: 'with the data of before',
  new: 'as a new server',
};

const CHANGING: Readonly<Record<Change['kind'], string>> = {
  add: 'is added to the Raft cluster',
  promote: 'becomes a voter',
  demote: 'is a voter no more',
  remove: 'is removed from the Raft cluster',
};

/** Writes what the Raft election reports as log lines, but for numbers. */
export function logClusterReport(logger: Logger, report: RaftElectionReport): void {
  switch (report.kind) {
    case 'shape':
      return;
    case 'leader': {
      const { id } = report;
      const message =
        id === undefined ? 'nobody leads the Raft cluster' : `server ${id} leads the Raft cluster`;
      return logger.info({ server: id }, message);
    }
    case 'member':
      return logMember(logger, report.change, report.member);
    case 'handing-on': {
      const why = 'this server leads, and cannot serve pods or cannot hold the Lease';
      return logger.warn({ to: report.to }, `${why}: server ${report.to} is to lead`);
    }
    case 'trouble': {
      const { error } = report;
      if (error === undefined) return logger.info({}, 'the Raft server runs again');
      return logger.error({ error }, `no Raft server runs here: ${error.message}`);
    }
    default:
      return logIdentity(logger, report);
  }
}

function logIdentity(logger: Logger, report: ClusterReport): void {
  switch (report.kind) {
    case 'founding': {
      const { cluster, cause } = report;
      return logger.info(
        { ...cluster, cause },
        `begins Raft cluster ${words(cluster)}: ${FOUNDING[cause]}`,
      );
    }
    case 'serving': {
      const { cluster, as } = report;
      return logger.info(
        { ...cluster, as },
        `takes part in Raft cluster ${words(cluster)} ${SERVING[as]}`,
      );
    }
    case 'dropped':
      return logger.warn(
        { ...report.cluster },
        `drops the data of Raft cluster ${words(report.cluster)}: the Lease names another`,
      );
    case 'doubting': {
      const { cluster, cause } = report;
      return logger.warn(
        { ...cluster, cause },
        `takes Raft cluster ${words(cluster)} for lost: ${FOUNDING[cause]}`,
      );
    }
    case 'objecting':
      return logger.warn(
        { doubter: report.doubter },
        'another takes this Raft cluster for lost, and this server leads it',
      );
    case 'mending':
      return logger.warn(
        { ...report.cluster },
        'the Lease of the Raft cluster was deleted or edited: it is written again',
      );
    case 'changing': {
      const { kind, id } = report.change;
      return logger.info({ server: id, change: kind }, `server ${id} ${CHANGING[kind]}`);
    }
    case 'ending':
      return logger.info({}, 'the last server leaves: the Raft cluster has ended');
    case 'failing':
      return logger.error(
        { error: report.error },
        `the Raft cluster's Lease: ${report.error.message}`,
      );
    case 'recovered':
      return logger.info({}, "the Raft cluster's Lease can be read and written again");
  }
}

function words({ id, epoch }: ClusterName): string {
  return `${id} (epoch ${epoch})`;
}

const MEMBERS: Readonly<Record<SerfChange, string>> = {
  joined: 'has joined',
  updated: '',
  left: 'has left',
  failed: 'is not heard of any more',
  reaped: 'is forgotten',
};

function logMember(logger: Logger, change: SerfChange, member: SerfMember): void {
  if (change === 'updated') return;
  const pod = describedBy(member)?.pod;
  const fields = { node: member.node, pod, change };
  logger.info(fields, `controller ${pod || member.node} ${MEMBERS[change]}`);
}
