import type { LeaseChange } from './kube-lease.ts';
import { claimText } from './lease-claim.ts';
import { type LeaseContent, microTime } from './lease-objects.ts';

/** What the holder of a Lease says of itself there, besides what Kubernetes has fields for. */
export const LEASE_ANNOTATION = {
  peer: 'lease.boostport.com/peer',
  takenByProbe: 'lease.boostport.com/taken-by-probe',
  raftTerm: 'lease.boostport.com/raft-term',
} as const;

/** What a change of the Lease that the acting one holds writes there. */
export function leaseContent(change: LeaseChange, now: number): LeaseContent {
  return { annotations: annotations(change), spec: spec(change, now) };
}

function annotations({ peer, isTakenByProbe, claim }: LeaseChange): LeaseContent['annotations'] {
  return {
    ...(peer !== undefined && { [LEASE_ANNOTATION.peer]: peer }),
    ...(isTakenByProbe !== undefined && {
      [LEASE_ANNOTATION.takenByProbe]: isTakenByProbe ? 'true' : null,
    }),
    ...(claim !== undefined && { [LEASE_ANNOTATION.raftTerm]: claim && claimText(claim) }),
  };
}

function spec(change: LeaseChange, now: number): object {
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
