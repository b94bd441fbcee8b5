import type { ClusterName } from '../../../kube/leases/cluster-lease.ts';
import { type ClusterState, hasData } from './state.ts';

/**
 * What the Lease has to say. vacant: there is none, or it makes no sense · ended: the servers of that
 * cluster have all left in order · behind: it names an epoch before the one that we have data of, as
 * after a backup was restored
 */
export type LeaseSays =
  | { readonly kind: 'unknown' | 'vacant' }
  | { readonly kind: 'ended' | 'named' | 'behind'; readonly cluster: ClusterName };

export function leaseSays(state: ClusterState): LeaseSays {
  const { known } = state;
  if (known === undefined) return { kind: 'unknown' };
  const cluster = known.lease?.cluster;
  if (cluster === undefined) return { kind: 'vacant' };
  const ours = ownCluster(state);
  if (ours !== undefined && ours.id === cluster.id && ours.epoch > cluster.epoch) {
    return { kind: 'behind', cluster };
  }
  return { kind: known.lease?.founder === undefined ? 'ended' : 'named', cluster };
}

/** The cluster that we have data of. */
export function ownCluster(state: ClusterState): ClusterName | undefined {
  return hasData(state) ? (state.folder?.cluster ?? state.kept) : undefined;
}
