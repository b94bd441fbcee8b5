import { type Cluster, HOME } from './cluster.ts';

/** A Lease in the hands of an administrator. */
export interface Lease {
  /** Its holderIdentity; undefined where nobody holds it. */
  holder(): Promise<string | undefined>;
  /** Changes it by a merge patch. */
  edit(change: object): Promise<void>;
  delete(): Promise<void>;
}

interface Stored {
  readonly spec: { readonly holderIdentity?: string };
}

/** The one by which a controller acts. */
export function leaseOf(cluster: Cluster): Lease {
  return leaseNamed(cluster, cluster.service);
}

/** The one that says which Raft cluster it is. */
export function clusterLeaseOf(cluster: Cluster): Lease {
  return leaseNamed(cluster, `${cluster.service}-cluster`);
}

function leaseNamed({ plane }: Cluster, name: string): Lease {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${HOME}/leases/${name}`;
  return {
    async holder() {
      return (await plane.request<Stored>('GET', path)).spec.holderIdentity || undefined;
    },
    async edit(change) {
      await plane.request('PATCH', path, change, 'application/merge-patch+json');
    },
    async delete() {
      await plane.request('DELETE', path);
    },
  };
}
