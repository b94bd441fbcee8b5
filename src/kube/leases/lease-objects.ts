import type { KubeLease, LeaseChange } from './kube-lease.ts';
import { claimText } from './lease-claim.ts';

/** What the holder of a Lease says of itself there, besides what Kubernetes has fields for. */
export const LEASE_ANNOTATION = {
  peer: 'lease.boostport.com/peer',
  takenByProbe: 'lease.boostport.com/taken-by-probe',
  raftTerm: 'lease.boostport.com/raft-term',
} as const;

export interface LeasePlace {
  readonly namespace: string;
  readonly name: string;
}

/** A Lease to be created. `now` is in milliseconds since the Unix epoch, as the machine believes. */
export function newLease({ namespace, name }: LeasePlace, change: LeaseChange, now: number) {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      namespace,
      name,
      labels: { 'app.kubernetes.io/managed-by': 'kubernetes-vault' },
      annotations: withoutNulls(annotations(change)),
    },
    spec: spec(change, now),
  };
}

/** A merge patch (RFC 7396) that the API server refuses unless the Lease is still the one of `of`. */
export function leasePatch(
  { uid, version }: Pick<KubeLease, 'uid' | 'version'>,
  change: LeaseChange,
  now: number,
) {
  return {
    metadata: { uid, resourceVersion: version, annotations: annotations(change) },
    spec: spec(change, now),
  };
}

/** Null takes an annotation away. */
function annotations({ peer, isTakenByProbe, claim }: LeaseChange): Record<string, string | null> {
  return {
    ...(peer !== undefined && { [LEASE_ANNOTATION.peer]: peer }),
    ...(isTakenByProbe !== undefined && {
      [LEASE_ANNOTATION.takenByProbe]: isTakenByProbe ? 'true' : null,
    }),
    ...(claim !== undefined && { [LEASE_ANNOTATION.raftTerm]: claim && claimText(claim) }),
  };
}

/** In a new object Go reads null as an empty string. */
function withoutNulls(all: Record<string, string | null>): object {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

function spec(change: LeaseChange, now: number) {
  const { holder, transitions, durationSeconds, isAcquired } = change;
  return {
    // As client-go writes it: the API server keeps an empty string, and no other reader trips over it.
    ...(holder !== undefined && { holderIdentity: holder ?? '' }),
    ...(transitions !== undefined && { leaseTransitions: transitions }),
    ...(durationSeconds !== undefined && { leaseDurationSeconds: durationSeconds }),
    ...(isAcquired && { acquireTime: microTime(now) }),
    renewTime: microTime(now),
  };
}

/** Kubernetes API: MicroTime is RFC 3339 with six digits of a second, no more and no fewer. */
function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/Z$/, '000Z');
}
