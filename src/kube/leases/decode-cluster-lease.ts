import { text } from '../api/json.ts';
import type { ClusterLease, ClusterName } from './cluster-lease.ts';
import { CLUSTER_ANNOTATION } from './cluster-lease-content.ts';
import { leaseFields } from './lease-fields.ts';

/**
 * What decides which cluster is the cluster, of a Lease's JSON. What anybody may have written there,
 * and wrongly, counts as not there.
 * @throws MalformedJsonError for what cannot be compared and swapped
 */
export function decodeClusterLease(value: unknown): ClusterLease {
  const { uid, version, annotations, spec } = leaseFields(value);
  return {
    uid,
    version,
    cluster: clusterName(
      text(annotations[CLUSTER_ANNOTATION.id]),
      text(annotations[CLUSTER_ANNOTATION.epoch]),
    ),
    founder: text(spec['holderIdentity']),
    doubter: text(annotations[CLUSTER_ANNOTATION.doubter]),
  };
}

/** Its data are kept in a folder of this name. */
const ID = /^[\w-]{1,64}$/;
/** So few digits that none is lost in a number. */
const EPOCH = /^[1-9]\d{0,14}$/;

function clusterName(id: string | undefined, epoch: string | undefined): ClusterName | undefined {
  if (id === undefined || epoch === undefined || !ID.test(id) || !EPOCH.test(epoch)) {
    return undefined;
  }
  return { id, epoch: Number(epoch) };
}
