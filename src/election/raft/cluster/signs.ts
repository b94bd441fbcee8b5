import type { ClusterName } from '../../../kube/leases/cluster-lease.ts';
import { isMajority, votersOf } from '../../../raft/core/configuration.ts';
import type { ServerInfo } from '../../../raft/messages.ts';
import type { LeaseSays } from './lease-says.ts';
import type { ClusterMember } from './messages.ts';
import {
  type ClusterState,
  hasData,
  isSameCluster,
  openFolder,
  type Step,
  soSince,
} from './state.ts';
import { isAlive, mayBeThere } from './who-is-there.ts';

/** Since when it has been so; Infinity: it is not. */
export interface Signs {
  /** There is no Lease, or none that makes sense. */
  readonly vacant: number;
  /** We know no leader of our cluster. */
  readonly leaderless: number;
  /** So many voters' pods are gone that nobody can be elected. */
  readonly quorumGone: number;
  /** All pods are members, and none of them has data. */
  readonly allEmpty: number;
  /** No member has data. */
  readonly noneHas: number;
  /** Somebody takes the cluster for lost. */
  readonly doubted: number;
}

/** To be read at each step. */
export function readSigns(step: Step, says: LeaseSays): Signs {
  const { state } = step;
  const leaderless = state.raft?.leader === undefined;
  const isNamed = says.kind === 'named' && isSameCluster(says.cluster, openFolder(state)?.cluster);
  return {
    vacant: soSince(step, 'vacant', says.kind === 'vacant'),
    leaderless: soSince(step, 'leaderless', leaderless),
    ...readLoss(step, isNamed && leaderless),
    doubted: soSince(step, 'doubted', state.known?.lease?.doubter !== undefined),
  };
}

type LossSigns = Pick<Signs, 'quorumGone' | 'allEmpty' | 'noneHas'>;

function readLoss(step: Step, mayBeLost: boolean): LossSigns {
  const { state, settings } = step;
  const isGone =
    mayBeLost &&
    hasData(state) &&
    lacksMajority(state, (server) => mayBeThere(state, settings, server));
  const noneHas = mayBeLost && !hasData(state) && !hasAnybodyData(state);
  return {
    quorumGone: soSince(step, 'quorum-gone', isGone),
    allEmpty: soSince(step, 'all-empty', noneHas && areAllMet(step)),
    noneHas: soSince(step, 'none-has', noneHas),
  };
}

function lacksMajority({ raft }: ClusterState, isThere: (server: ServerInfo) => boolean): boolean {
  if (raft === undefined) return false;
  const there = votersOf(raft.configuration).filter(isThere);
  return !isMajority(raft.configuration, new Set(there.map(({ id }) => id)));
}

function hasAnybodyData({ members, folder }: ClusterState): boolean {
  return members.some((member) => isAlive(member) && hasDataOf(member, folder?.cluster));
}

function hasDataOf({ server }: ClusterMember, cluster: ClusterName | undefined): boolean {
  return server?.hasData === true && isSameCluster(server.cluster, cluster);
}

/** Whether each pod of the Service is a member that has told of itself. */
export function areAllMet({ state, settings }: Step): boolean {
  const met = state.members.filter((member) => isAlive(member) && member.server !== undefined);
  const ips = new Set([settings.podIp, ...met.map(({ podIp }) => podIp)]);
  return state.pods !== undefined && [...state.pods].every((ip) => ips.has(ip));
}
