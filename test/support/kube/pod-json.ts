import { createHash } from 'node:crypto';

/** A pod's JSON: the fields that a kubelet and an API server write, loosely typed where nobody here looks. */
export interface PodJson {
  apiVersion: 'v1';
  kind: 'Pod';
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    creationTimestamp: string;
    deletionTimestamp?: string;
    deletionGracePeriodSeconds?: number;
    labels: Record<string, string>;
    annotations: Record<string, string>;
    [field: string]: unknown;
  };
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
  [field: string]: unknown;
}

/** Everything a builder knows of its pod; `podJson` writes it down as a kubelet and an API server do. */
export interface PodDescription {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** How often a pod of this name has been created anew. */
  readonly generation: number;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly initContainer: string | undefined;
  readonly port: number | undefined;
  readonly serviceAccount: string;
  readonly nodeName: string;
  readonly hostNetwork: boolean;
  readonly mirror: boolean;
  readonly sidecar: boolean;
  readonly phase: 'Pending' | 'Running' | 'Succeeded';
  readonly ips: readonly string[];
  readonly deleting: boolean;
  readonly container: ContainerState;
  /** How often the init container has been started. */
  readonly starts: number;
  readonly lastExitCode: number | undefined;
  readonly hasContainerId: boolean;
}

type ContainerState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running'; readonly startedAt: string; readonly started: boolean }
  | { readonly kind: 'ended'; readonly exitCode: number };

const CREATED = '2026-01-01T00:00:00Z';
const ENDED = '2026-01-01T00:00:30Z';
const IMAGE = 'kubernetes-vault-init:test';

export function podJson(pod: PodDescription): PodJson {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: pod.name,
      namespace: pod.namespace,
      uid: pod.uid,
      resourceVersion: pod.resourceVersion,
      creationTimestamp: CREATED,
      ...(pod.deleting ? { deletionTimestamp: ENDED, deletionGracePeriodSeconds: 30 } : {}),
      labels: { ...pod.labels },
      annotations: {
        ...pod.annotations,
        ...(pod.mirror ? { 'kubernetes.io/config.mirror': `mirror-${pod.name}` } : {}),
      },
    },
    spec: spec(pod),
    status: status(pod),
  };
}

function spec(pod: PodDescription): Record<string, unknown> {
  const init = pod.initContainer !== undefined && {
    name: pod.initContainer,
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    ...(pod.port === undefined ? {} : { ports: [{ containerPort: pod.port, protocol: 'TCP' }] }),
    ...(pod.sidecar ? { restartPolicy: 'Always' } : {}),
  };
  return {
    ...(init ? { initContainers: [init] } : {}),
    containers: [{ name: 'app', image: 'app:test', imagePullPolicy: 'IfNotPresent' }],
    restartPolicy: 'Always',
    serviceAccountName: pod.serviceAccount,
    serviceAccount: pod.serviceAccount,
    nodeName: pod.nodeName,
    ...(pod.hostNetwork ? { hostNetwork: true } : {}),
  };
}

function status(pod: PodDescription): Record<string, unknown> {
  const appRuns = pod.phase === 'Running';
  return {
    phase: pod.phase,
    conditions: [
      { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: CREATED },
    ],
    hostIP: '192.0.2.1',
    ...(pod.ips.length === 0
      ? {}
      : { podIP: pod.ips[0], podIPs: pod.ips.map((ip) => ({ ip })), startTime: CREATED }),
    ...(pod.initContainer === undefined
      ? {}
      : { initContainerStatuses: [initStatus(pod, pod.initContainer)] }),
    containerStatuses: [
      {
        name: 'app',
        state: appRuns
          ? { running: { startedAt: ENDED } }
          : { waiting: { reason: 'PodInitializing' } },
        lastState: {},
        ready: appRuns,
        started: appRuns,
        restartCount: 0,
        image: 'app:test',
        imageID: '',
      },
    ],
    qosClass: 'BestEffort',
  };
}

function initStatus(pod: PodDescription, name: string): Record<string, unknown> {
  const { container } = pod;
  const hasId = pod.starts > 0 && pod.hasContainerId;
  const ended = container.kind === 'ended';
  return {
    name,
    state: containerState(pod),
    lastState: lastState(pod),
    ready: ended ? container.exitCode === 0 : pod.sidecar && isStarted(pod),
    started: isStarted(pod),
    restartCount: Math.max(0, pod.starts - 1),
    image: IMAGE,
    imageID: pod.starts > 0 ? `docker.io/library/${IMAGE}` : '',
    ...(hasId ? { containerID: containerId(pod, pod.starts) } : {}),
  };
}

/** As the kubelet has it: `started` is true of any running container without a startup probe. */
function isStarted({ container, sidecar }: PodDescription): boolean {
  return container.kind === 'running' && (!sidecar || container.started);
}

function containerState(pod: PodDescription): Record<string, unknown> {
  const { container } = pod;
  if (container.kind === 'waiting') return { waiting: { reason: 'PodInitializing' } };
  if (container.kind === 'running') return { running: { startedAt: container.startedAt } };
  return { terminated: terminated(pod, container.exitCode, pod.starts) };
}

function lastState(pod: PodDescription): Record<string, unknown> {
  const hadOne = pod.container.kind === 'running' && pod.starts > 1;
  if (!hadOne || pod.lastExitCode === undefined) return {};
  return { terminated: terminated(pod, pod.lastExitCode, pod.starts - 1) };
}

function terminated(pod: PodDescription, exitCode: number, start: number) {
  return {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: CREATED,
    finishedAt: ENDED,
    containerID: containerId(pod, start),
  };
}

function containerId(pod: PodDescription, start: number): string {
  const id = createHash('sha256').update(`${pod.uid}/${pod.initContainer}/${start}`).digest('hex');
  return `containerd://${id}`;
}
