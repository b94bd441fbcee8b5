import { type Cluster, HOME } from './cluster.ts';

/** The Lease in the hands of an administrator. */
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

export function leaseOf({ plane, service }: Cluster): Lease {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${HOME}/leases/${service}`;
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
