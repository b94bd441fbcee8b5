import type { SerfChange, SerfMember } from '../../gossip/serf/surface.ts';
import type { RaftStatus } from '../../raft/core/io.ts';
import type { ClusterReport } from './cluster/messages.ts';

/** What people may want to know of it, besides what the Lease election tells. */
export type RaftElectionReport =
  | ClusterReport
  | LeaderReport
  | ShapeReport
  | { readonly kind: 'member'; readonly change: SerfChange; readonly member: SerfMember }
  /** It leads, and cannot serve, or cannot write the Lease: another voter is to lead. */
  | { readonly kind: 'handing-on'; readonly to: string }
  /** Why there is no Raft server for now; undefined: there is one again. */
  | { readonly kind: 'trouble'; readonly error: Error | undefined };

/** Another leads than before; undefined: nobody is known to. */
export interface LeaderReport {
  readonly kind: 'leader';
  readonly id: string | undefined;
}

/** The Raft cluster in numbers. */
export interface ShapeReport {
  readonly kind: 'shape';
  readonly epoch: number;
  readonly term: number;
  readonly servers: number;
  readonly voters: number;
  readonly isLeader: boolean;
}

/** Tells what of a Raft server's status is another than before. */
export function statusNews(): (
  status: RaftStatus,
  epoch: number,
) => readonly (LeaderReport | ShapeReport)[] {
  let leader: LeaderReport = { kind: 'leader', id: undefined };
  let shape: ShapeReport | undefined;
  return (status, epoch) => {
    const before = { leader, shape };
    leader = { kind: 'leader', id: status.leader };
    shape = shapeOf(status, epoch);
    return [
      ...(leader.id === before.leader.id ? [] : [leader]),
      ...(isSame(before.shape, shape) ? [] : [shape]),
    ];
  };
}

function shapeOf(
  { term, role, configuration: { servers } }: RaftStatus,
  epoch: number,
): ShapeReport {
  const voters = servers.filter(({ suffrage }) => suffrage === 'voter').length;
  const isLeader = role === 'leader';
  return { kind: 'shape', epoch, term, servers: servers.length, voters, isLeader };
}

function isSame(before: ShapeReport | undefined, { epoch, term, ...now }: ShapeReport): boolean {
  return (
    before?.epoch === epoch &&
    before.term === term &&
    before.servers === now.servers &&
    before.voters === now.voters &&
    before.isLeader === now.isLeader
  );
}
