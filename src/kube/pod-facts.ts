export const ANNOTATION = {
  approle: 'pod.boostport.com/vault-approle',
  initContainer: 'pod.boostport.com/vault-init-container',
  initPort: 'pod.boostport.com/vault-init-port',
} as const;

/** What the controller remembers of a pod: only what decides about its credential. */
export interface PodFacts {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
  /** As the annotations say, unchecked; undefined where there is none. */
  readonly approle: string | undefined;
  readonly initContainer: string | undefined;
  readonly initPort: string | undefined;
  readonly phase: string;
  readonly ips: readonly string[];
  readonly deleting: boolean;
  readonly hostNetwork: boolean;
  /** Made by a kubelet from a static manifest: in any namespace, by anyone who owns the node. */
  readonly mirror: boolean;
  readonly container: InitContainerFacts;
}

/** The init container that the pod's annotation names. */
export type InitContainerFacts =
  /** The pod has no init container of that name (or no annotation names one). */
  | { readonly kind: 'absent' }
  /** Not running: not yet started, or between two starts. */
  | { readonly kind: 'waiting'; readonly declaredPorts: readonly number[] }
  | RunningContainer
  | {
      readonly kind: 'ended';
      readonly start: ContainerStart;
      readonly exitCode: number;
      readonly declaredPorts: readonly number[];
    };

export interface RunningContainer {
  readonly kind: 'running';
  readonly start: ContainerStart;
  /** Milliseconds since the Unix epoch, by the node's clock, or undefined where unknown. */
  readonly startedAt: number | undefined;
  /** A native sidecar (restartPolicy Always) whose `started` is true: it has what it wanted. */
  readonly sidecarStarted: boolean;
  readonly declaredPorts: readonly number[];
  /** The start before this one, if the status remembers how it ended. */
  readonly previous: { readonly containerId: string; readonly exitCode: number } | undefined;
}

/** One start of a container: by its id, or, where the status has none yet, by count and time. */
export interface ContainerStart {
  readonly containerId: string | undefined;
  readonly restartCount: number;
  readonly startedAt: string;
}

/** Whether two observations of a pod's init container are of the same start. */
export function sameStart(a: ContainerStart, b: ContainerStart): boolean {
  if (a.containerId !== undefined && b.containerId !== undefined) {
    return a.containerId === b.containerId;
  }
  return a.restartCount === b.restartCount && a.startedAt === b.startedAt;
}
