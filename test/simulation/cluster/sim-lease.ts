import type { ClusterSight } from '../../../src/election/raft/cluster/messages.ts';
import type { ClusterLease, ClusterLeaseChange } from '../../../src/kube/leases/cluster-lease.ts';

/** One write of the Lease, by a process or by hand. */
export interface LeaseWrite {
  readonly by: string;
  readonly before: ClusterLease | undefined;
  readonly after: ClusterLease | undefined;
}

export const BY_HAND = 'somebody';

/** The cluster's Lease in the API server: a register with compare-and-swap. */
export class SimLease {
  #version = 1;
  #uid = 0;
  #lease: ClusterLease | undefined;
  readonly #written: (write: LeaseWrite) => void;

  constructor(written: (write: LeaseWrite) => void) {
    this.#written = written;
  }

  get sight(): ClusterSight {
    return { version: String(this.#version), lease: this.#lease };
  }

  create(by: string, change: ClusterLeaseChange): ClusterLease | 'conflict' {
    if (this.#lease !== undefined) return 'conflict';
    this.#uid += 1;
    return this.#put(by, change, {
      uid: `uid-${this.#uid}`,
      cluster: undefined,
      founder: undefined,
      doubter: undefined,
    });
  }

  update(
    by: string,
    of: Pick<ClusterLease, 'uid' | 'version'>,
    change: ClusterLeaseChange,
  ): ClusterLease | 'conflict' | 'notFound' {
    const lease = this.#lease;
    if (lease === undefined) return 'notFound';
    if (lease.uid !== of.uid || lease.version !== of.version) return 'conflict';
    return this.#put(by, change, lease);
  }

  /** Somebody deletes it, or takes off what it says. */
  harm(how: 'delete' | 'damage'): void {
    const before = this.#lease;
    if (before === undefined) return;
    this.#version += 1;
    const version = String(this.#version);
    this.#lease = how === 'delete' ? undefined : { ...before, version, cluster: undefined };
    this.#written({ by: BY_HAND, before, after: this.#lease });
  }

  #put(by: string, change: ClusterLeaseChange, base: Omit<ClusterLease, 'version'>): ClusterLease {
    const before = this.#lease;
    const { cluster = base.cluster, founder = base.founder, doubter = base.doubter } = change;
    this.#version += 1;
    const after: ClusterLease = {
      uid: base.uid,
      version: String(this.#version),
      cluster,
      founder: founder ?? undefined,
      doubter: doubter ?? undefined,
    };
    this.#lease = after;
    this.#written({ by, before, after });
    return after;
  }
}
