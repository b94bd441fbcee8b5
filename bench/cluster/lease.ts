import { LEASE_ANNOTATION } from '../../src/kube/leases/lease-content.ts';
import type { Rig } from '../rig/rig.ts';
import { type HoldersRecord, podOf, recordHolders } from './holders.ts';

/** The Lease that whoever acts holds, in the hands of an administrator. */
export interface Lease {
  /** The pod whose controller holds it; undefined where nobody does. */
  holder(): Promise<string | undefined>;
  /** How often it has changed hands. */
  transitions(): Promise<number>;
  /** Records from now on who holds it. */
  record(): HoldersRecord;
  /**
   * Has it look as half a minute after a takeover from a process that was found gone: before that, the
   * next one is not believed to be gone but by its silence.
   */
  forgetWord(): Promise<void>;
  /** Deletes it, and every other Lease of the controllers. */
  clear(): Promise<void>;
}

interface Stored {
  readonly spec: { readonly holderIdentity?: string; readonly leaseTransitions?: number };
}

export function createLease({ api, access, home }: Rig): Lease {
  const all = `/apis/coordination.k8s.io/v1/namespaces/${home.namespace}/leases`;
  const path = `${all}/${home.service}`;
  const spec = async () => (await api.request<Stored>('GET', path)).spec;
  return {
    holder: async () => podOf((await spec()).holderIdentity),
    transitions: async () => (await spec()).leaseTransitions ?? 0,
    record: () => recordHolders(access, all, home.service),
    async forgetWord() {
      const annotations = { [LEASE_ANNOTATION.takenByProbe]: null };
      await api.request('PATCH', path, { metadata: { annotations } }, MERGE);
    },
    async clear() {
      await api.request('DELETE', all);
    },
  };
}

const MERGE = 'application/merge-patch+json';
