import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { ClusterLease, ClusterLeaseChange } from './cluster-lease.ts';
import { clusterContent } from './cluster-lease-content.ts';
import { decodeClusterLease } from './decode-cluster-lease.ts';
import { createLeaseApi, type LeaseApi, type LeaseKind } from './lease-api.ts';
import type { LeasePlace } from './lease-objects.ts';

/** The Lease that says which cluster of Raft servers is the cluster. */
export type ClusterLeasesApi = LeaseApi<ClusterLease, ClusterLeaseChange>;

const KIND: LeaseKind<ClusterLease, ClusterLeaseChange> = {
  decode: decodeClusterLease,
  content: clusterContent,
  // It is hardly ever written: a list now and then shows that a watch is not dead.
  silenceMs: 30_000,
};

export function clusterLeasesApi(
  client: KubeClient,
  place: LeasePlace,
  clock: Clock,
  random: Random,
): ClusterLeasesApi {
  return createLeaseApi(KIND, client, place, clock, random);
}
