import { MalformedJsonError } from '../api/byte-collector.ts';
import { count, fields, text } from '../api/json.ts';
import { decimalVersion } from '../follow/list-objects.ts';
import type { KubeLease } from './kube-lease.ts';
import { parseClaim } from './lease-claim.ts';
import { LEASE_ANNOTATION } from './lease-objects.ts';

/**
 * What the election reads of a Lease's JSON (coordination.k8s.io/v1). What anybody may have written
 * there, and wrongly, counts as not there.
 * @throws MalformedJsonError for what cannot be compared and swapped: no UID, or no version to compare
 */
export function decodeLease(value: unknown): KubeLease {
  const { metadata, spec } = fields(value);
  const { uid, resourceVersion, annotations } = fields(metadata);
  const { holderIdentity, leaseTransitions } = fields(spec);
  const known = text(uid);
  if (known === undefined) throw new MalformedJsonError('a Lease without a UID');
  return {
    uid: known,
    version: decimalVersion(text(resourceVersion)),
    holder: text(holderIdentity),
    transitions: count(leaseTransitions) ?? 0,
    peer: text(fields(annotations)[LEASE_ANNOTATION.peer]),
    isTakenByProbe: fields(annotations)[LEASE_ANNOTATION.takenByProbe] === 'true',
    claim: parseClaim(text(fields(annotations)[LEASE_ANNOTATION.raftTerm]) ?? ''),
  };
}
