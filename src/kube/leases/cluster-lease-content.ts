import type { ClusterLeaseChange } from './cluster-lease.ts';
import { type LeaseContent, microTime } from './lease-objects.ts';

/** What Kubernetes has no fields for. */
export const CLUSTER_ANNOTATION = {
  id: 'lease.boostport.com/cluster-id',
  epoch: 'lease.boostport.com/cluster-epoch',
  doubter: 'lease.boostport.com/cluster-doubted-by',
} as const;

/** What a change of the cluster's Lease writes there. */
export function clusterContent(change: ClusterLeaseChange, now: number): LeaseContent {
  const { cluster, founder, doubter, isFounded } = change;
  return {
    annotations: {
      ...(cluster && {
        [CLUSTER_ANNOTATION.id]: cluster.id,
        [CLUSTER_ANNOTATION.epoch]: String(cluster.epoch),
      }),
      ...(doubter !== undefined && { [CLUSTER_ANNOTATION.doubter]: doubter }),
    },
    spec: {
      // The API server keeps an empty string, and no other reader trips over it.
      ...(founder !== undefined && { holderIdentity: founder ?? '' }),
      ...(isFounded && { acquireTime: microTime(now) }),
      renewTime: microTime(now),
    },
  };
}
