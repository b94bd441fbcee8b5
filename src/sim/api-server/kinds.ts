/** A kind of object that the embedded API server keeps, and what is particular about it. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Has a `status` of its own, written through the subresource alone. */
  readonly status: boolean;
  /** Fields that a field selector may name, besides metadata.name and metadata.namespace. */
  readonly fields: readonly string[];
  /** What PUT does without a resourceVersion, and where there is no object yet. */
  readonly update: { readonly unconditional: boolean; readonly creates: boolean };
  /** DELETE answers with the object; otherwise with a Status. */
  readonly returnsDeleted: boolean;
}

const usual = {
  version: 'v1',
  namespaced: true,
  status: false,
  fields: [],
  update: { unconditional: true, creates: false },
  returnsDeleted: false,
};

/** As the real API server's registry has them (pkg/registry, one `strategy.go` for each). */
export const KINDS = {
  namespaces: { ...usual, group: '', plural: 'namespaces', kind: 'Namespace', namespaced: false },
  pods: {
    ...usual,
    group: '',
    plural: 'pods',
    kind: 'Pod',
    status: true,
    fields: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'spec.hostNetwork',
      'status.phase',
      'status.podIP',
    ],
    returnsDeleted: true,
  },
  endpoints: {
    ...usual,
    group: '',
    plural: 'endpoints',
    kind: 'Endpoints',
    update: { unconditional: true, creates: true },
  },
  events: {
    ...usual,
    group: '',
    plural: 'events',
    kind: 'Event',
    fields: [
      'involvedObject.kind',
      'involvedObject.namespace',
      'involvedObject.name',
      'involvedObject.uid',
      'reason',
      'type',
    ],
    update: { unconditional: true, creates: true },
  },
  leases: {
    ...usual,
    group: 'coordination.k8s.io',
    plural: 'leases',
    kind: 'Lease',
    update: { unconditional: false, creates: true },
  },
  endpointslices: {
    ...usual,
    group: 'discovery.k8s.io',
    plural: 'endpointslices',
    kind: 'EndpointSlice',
  },
} as const satisfies Record<string, Kind>;

export function apiVersionOf(kind: Kind): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** As error messages name it: `leases.coordination.k8s.io`. */
export function qualifiedName(kind: Kind): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}
