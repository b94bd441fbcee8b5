/** In whose name somebody holds it whom a Raft cluster elected (docs/adr/0016). */
export interface LeaseClaim {
  /** Which cluster it is, and how often that has begun anew. */
  readonly cluster: string;
  readonly epoch: number;
  /** Raft's: within an epoch it grows with each leader, and no two leaders have the same. */
  readonly term: number;
}

/** What the election reads of a Lease (coordination.k8s.io/v1). */
export interface KubeLease {
  readonly uid: string;
  /** metadata.resourceVersion: of two Leases of one cluster, the greater is the newer one. */
  readonly version: string;
  /** Undefined where nobody holds it: holderIdentity is missing or empty. */
  readonly holder: string | undefined;
  /** How often the holder has changed; 0 where the object does not say. */
  readonly transitions: number;
  /** Where the holder says who it is, `host:port`; undefined where the holder has not written it. */
  readonly peer: string | undefined;
  /** The holder took it over because a peer had found the one before it gone, not long ago. */
  readonly isTakenByProbe: boolean;
  /** Undefined where the holder leads no Raft cluster. */
  readonly claim: LeaseClaim | undefined;
}

/** What is known of a Lease at a moment that the API server has shown. */
export interface LeaseSight<Lease = KubeLease> {
  /** The resource version of the moment. */
  readonly version: string;
  /** Undefined: there is none. */
  readonly lease: Lease | undefined;
}

/** What a write changes of a Lease; what it leaves out stays as it is. */
export interface LeaseChange {
  /** Null: nobody holds it any more. */
  readonly holder?: string | null;
  readonly transitions?: number;
  readonly durationSeconds?: number;
  /** Null: there is none to be found any more. */
  readonly peer?: string | null;
  readonly isTakenByProbe?: boolean;
  /** Null: nobody holds it in the name of a Raft cluster any more. */
  readonly claim?: LeaseClaim | null;
  /** Whether the holder holds it from now on: acquireTime is now. A renewal leaves it. */
  readonly isAcquired?: true;
}
