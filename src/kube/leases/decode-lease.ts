import { count, text } from '../api/json.ts';
import type { KubeLease } from './kube-lease.ts';
import { parseClaim } from './lease-claim.ts';
import { LEASE_ANNOTATION } from './lease-content.ts';
import { leaseFields } from './lease-fields.ts';

/**
 * What the election reads of a Lease's JSON. What anybody may have written there, and wrongly, counts
 * as not there.
 * @throws MalformedJsonError for what cannot be compared and swapped
 */
export function decodeLease(value: unknown): KubeLease {
  const { uid, version, annotations, spec } = leaseFields(value);
  return {
    uid,
    version,
    holder: text(spec['holderIdentity']),
    transitions: count(spec['leaseTransitions']) ?? 0,
    peer: text(annotations[LEASE_ANNOTATION.peer]),
    isTakenByProbe: annotations[LEASE_ANNOTATION.takenByProbe] === 'true',
    claim: parseClaim(text(annotations[LEASE_ANNOTATION.raftTerm]) ?? ''),
  };
}
