import type { ClusterName } from '../../../kube/leases/cluster-lease.ts';
import { leaseSays } from './lease-says.ts';
import { areAllMet, type Signs } from './signs.ts';
import { type Ask, hasData, isDue, leads, type Step } from './state.ts';
import { isAlive } from './who-is-there.ts';

/**
 * Whether another cluster is to begin, with us as its first server. One that may live still is
 * doubted first, in the Lease: whoever leads it objects.
 */
export function founding(step: Step, signs: Signs): Ask | undefined {
  const { state } = step;
  const says = leaseSays(state);
  // What is in a folder that is being opened, nobody knows.
  const isKnown = state.folder?.kind !== 'opening';
  if (!isKnown || leads(state) || state.leaving !== undefined) return undefined;
  switch (says.kind) {
    case 'vacant':
      return isFree(step, signs) ? firstCluster(step) : undefined;
    case 'ended':
      return { kind: 'found', cluster: next(says.cluster), cause: 'ended' };
    case 'named':
      return successor(step, says.cluster, signs);
    default:
      return undefined;
  }
}

/** Whether nobody is to be expected who knows of a cluster. */
function isFree(step: Step, { vacant, leaderless }: Signs): boolean {
  const { state, settings } = step;
  if (hasData(state)) return isDue(step, Math.max(vacant, leaderless) + settings.vacantMs);
  const isTold = state.members.some((member) => isAlive(member) && member.server?.hasData);
  if (isTold) return false;
  return areAllMet(step) || isDue(step, vacant + settings.meetMs);
}

function firstCluster({ state, settings }: Step): Ask {
  const cluster = { id: settings.newClusterId(), epoch: 1 };
  return { kind: 'found', cluster, cause: hasData(state) ? 'leaderless' : 'none' };
}

/** In place of one that nobody can bring back. */
function successor(step: Step, cluster: ClusterName, signs: Signs): Ask | undefined {
  const { state, settings } = step;
  const { goneMs, leaderlessMs, noDataMs, doubtMs, objectedMs } = settings;
  const lostAt = hasData(state)
    ? Math.min(signs.quorumGone + goneMs, signs.leaderless + leaderlessMs)
    : Math.min(signs.allEmpty + goneMs, signs.noneHas + noDataMs);
  const cause = hasData(state) ? 'quorum-lost' : 'data-lost';
  const at = Math.max(lostAt, state.objectedAt + objectedMs);
  if (state.known?.lease?.doubter === undefined) {
    return isDue(step, at - doubtMs) ? { kind: 'doubt', cluster, cause } : undefined;
  }
  const isFinal = isDue(step, Math.max(at, signs.doubted + doubtMs));
  return isFinal ? { kind: 'found', cluster: next(cluster), cause } : undefined;
}

function next({ id, epoch }: ClusterName): ClusterName {
  return { id, epoch: epoch + 1 };
}
