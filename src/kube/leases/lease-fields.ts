import { MalformedJsonError } from '../api/byte-collector.ts';
import { type Fields, fields, text } from '../api/json.ts';
import { decimalVersion } from '../follow/list-objects.ts';

/** Of a Lease's JSON (coordination.k8s.io/v1) what tells it from others, and what the rest is in. */
export interface LeaseFields {
  readonly uid: string;
  readonly version: string;
  readonly annotations: Fields;
  readonly spec: Fields;
}

/** @throws MalformedJsonError for what cannot be compared and swapped: no UID, or no version to compare */
export function leaseFields(value: unknown): LeaseFields {
  const { metadata, spec } = fields(value);
  const { uid, resourceVersion, annotations } = fields(metadata);
  const known = text(uid);
  if (known === undefined) throw new MalformedJsonError('a Lease without a UID');
  return {
    uid: known,
    version: decimalVersion(text(resourceVersion)),
    annotations: fields(annotations),
    spec: fields(spec),
  };
}
