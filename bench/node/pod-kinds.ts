import { PAUSE } from '../../e2e/cluster/node-images.ts';

/**
 * Which pods are started: the sample app's, whose init container waits for a credential; the same
 * without init container, volume and annotations; and these with an init container that ends at once.
 */
export type PodKind = 'served' | 'plain' | 'init-only';

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
const ENDS_AT_ONCE = ['/usr/bin/node', '--version'];
const NO_CREDENTIAL = { env: [], ports: [], volumeMounts: [] };

/** The pod, as it is posted. Its app does nothing: what it did at its start would be measured, too. */
export function podOf(kind: PodKind, name: string, { metadata, spec }: Template): object {
  const [init] = spec.initContainers;
  const app = { ...spec.containers[0], image: PAUSE };
  const common = {
    ...spec,
    terminationGracePeriodSeconds: 1,
    securityContext: { ...spec.securityContext, runAsUser: USER },
    containers: [app],
  };
  const labels = { [LABEL.name]: LABEL.value };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels } };
  if (kind === 'served') {
    const { annotations } = metadata;
    return { ...pod, metadata: { name, labels, annotations }, spec: common };
  }
  const ending = { ...init, ...NO_CREDENTIAL, command: ENDS_AT_ONCE };
  return {
    ...pod,
    spec: {
      ...common,
      initContainers: kind === 'init-only' ? [ending] : [],
      containers: [{ ...app, ...NO_CREDENTIAL }],
      volumes: [],
    },
  };
}
