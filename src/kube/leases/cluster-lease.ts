/** Which cluster of Raft servers it is. */
export interface ClusterName {
  /** A random UUID, made when there was none. */
  readonly id: string;
  /** How often it has begun, from 1: each time with other servers, that know nothing of those before. */
  readonly epoch: number;
}

/** What the Lease (coordination.k8s.io/v1) says that decides which cluster is the cluster. */
export interface ClusterLease {
  readonly uid: string;
  /** metadata.resourceVersion: of two Leases of one cluster, the greater is the newer one. */
  readonly version: string;
  /** Undefined where it does not say, or nothing that makes sense: somebody has edited it. */
  readonly cluster: ClusterName | undefined;
  /** The process that began this epoch, or that wrote the Lease again; undefined: the cluster has ended in order. */
  readonly founder: string | undefined;
  /** The process that takes the cluster for lost, and begins another if nobody objects. */
  readonly doubter: string | undefined;
}

/** What a write changes of it; what it leaves out stays as it is. */
export interface ClusterLeaseChange {
  readonly cluster?: ClusterName;
  /** Null: it has ended. */
  readonly founder?: string | null;
  /** Null: nobody doubts it any more. */
  readonly doubter?: string | null;
  /** Whether it begins now. */
  readonly isFounded?: true;
}
