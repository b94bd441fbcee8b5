import { PAUSE } from '../../e2e/cluster/node-images.ts';

/**
 * Which pods are started: the sample app's, whose init container waits for a credential; the same
 * without annotations, init container and volume; these with the volume; and with an init container
 * that ends at once besides.
 */
export type PodKind = 'served' | 'plain' | 'with-volume' | 'with-init';

/** What is read of the quick start's Deployment. */
export interface Template {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly initContainers: readonly [object];
    readonly containers: readonly [object];
    readonly volumes: readonly object[];
    readonly securityContext: object;
  };
}

/** The label of all pods that are measured, by which they are deleted. */
export const LABEL = { name: 'kubernetes-vault-bench', value: 'pod' } as const;

/** An image out of one file names no user. */
const USER = 65_532;
/** About the least that a program of the init container's image can do. */
const ENDS_AT_ONCE = { command: ['/usr/bin/node', '--version'], env: [], ports: [] };

/** The pod, as it is posted. Its app does nothing: what it did at its start would be measured, too. */
export function podOf(kind: PodKind, name: string, { metadata, spec }: Template): object {
  const labels = { [LABEL.name]: LABEL.value };
  const app = { ...spec.containers[0], image: PAUSE };
  const common = {
    ...spec,
    terminationGracePeriodSeconds: 1,
    securityContext: { ...spec.securityContext, runAsUser: USER },
    containers: [app],
  };
  const pod = (own: object, annotations = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels, annotations },
    spec: { ...common, ...own },
  });
  switch (kind) {
    case 'served':
      return pod({}, metadata.annotations);
    case 'with-init':
      return pod({ initContainers: [{ ...spec.initContainers[0], ...ENDS_AT_ONCE }] });
    case 'with-volume':
      return pod({ initContainers: [] });
    case 'plain':
      return pod({ initContainers: [], containers: [{ ...app, volumeMounts: [] }], volumes: [] });
  }
}
