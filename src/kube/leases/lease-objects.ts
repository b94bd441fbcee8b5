export interface LeasePlace {
  readonly namespace: string;
  readonly name: string;
}

/** What is written of a Lease; what is left out stays as it is. */
export interface LeaseContent {
  /** Null takes one away. */
  readonly annotations: Readonly<Record<string, string | null>>;
  readonly spec: object;
}

/** A Lease to be created (coordination.k8s.io/v1). */
export function newLease({ namespace, name }: LeasePlace, { annotations, spec }: LeaseContent) {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      namespace,
      name,
      labels: { 'app.kubernetes.io/managed-by': 'kubernetes-vault' },
      annotations: withoutNulls(annotations),
    },
    spec,
  };
}

/** A merge patch (RFC 7396) that the API server refuses unless the Lease is still this one. */
export function leasePatch(
  { uid, version }: { readonly uid: string; readonly version: string },
  { annotations, spec }: LeaseContent,
) {
  return { metadata: { uid, resourceVersion: version, annotations }, spec };
}

/** In a new object Go reads null as an empty string. */
function withoutNulls(all: LeaseContent['annotations']): object {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

/**
 * Milliseconds since the Unix epoch, as the API writes them: MicroTime is RFC 3339 with six digits of
 * a second, no more and no fewer.
 */
export function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/Z$/, '000Z');
}
