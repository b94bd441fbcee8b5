import { kubectl, kubectlJson } from './kubectl.ts';

/** What the tests read of a container's status. */
export interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly lastState?: { readonly terminated?: { readonly exitCode: number } };
}

/** What the tests read of a pod. */
export interface PodSeen {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** The pods that a label selector finds, as `app=web`, but those that are being deleted. */
export async function podsOf(namespace: string, selector: string): Promise<readonly PodSeen[]> {
  const which = [`--namespace=${namespace}`, `--selector=${selector}`];
  const { items } = await kubectlJson<{ items: readonly PodSeen[] }>('get', 'pods', ...which);
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

export function isReady({ status }: PodSeen): boolean {
  return (
    status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false
  );
}

/** Which container of a pod, and which of its lives. */
export interface LogWanted {
  readonly container: string;
  /** The life before this one. */
  readonly previous?: boolean;
}

/** What a container has written, read as everybody reads it: from kubelet, by the API server. */
export function logOf(
  { metadata: { namespace, name } }: PodSeen,
  { container, previous = false }: LogWanted,
): Promise<string> {
  const which = [`--namespace=${namespace}`, name, `--container=${container}`];
  return kubectl('logs', ...which, `--previous=${previous}`);
}
