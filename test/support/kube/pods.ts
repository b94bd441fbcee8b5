import { createHash } from 'node:crypto';
import { ANNOTATION } from '../../../src/kube/pod-facts.ts';
import { type PodDescription, type PodJson, podJson } from './pod-json.ts';

/**
 * A pod as the API server would show it, said as a sentence; every method answers a new builder:
 * `aPod({ name: 'web-1' }).annotated('web', 'init').pending().withIp('10.0.0.1').withInitRunning().build()`.
 */
export interface PodBuilder {
  /** Asks for an AppRole's credential for the init container `init`, which the spec then has. */
  annotated(role: string, init?: string): PodBuilder;
  /** Any annotation, or, with undefined, without it. */
  withAnnotation(key: string, value: string | undefined): PodBuilder;
  labelled(labels: Readonly<Record<string, string>>): PodBuilder;
  /** The annotation that names the init container's port; `declared` is the containerPort in the spec. */
  withInitPort(port: number | string, declared?: number | false): PodBuilder;
  /** The spec has no init container at all, whatever the annotations say. */
  withoutInitContainer(): PodBuilder;
  withServiceAccount(name: string): PodBuilder;
  onNode(name: string): PodBuilder;
  hostNetwork(): PodBuilder;
  /** Made by a kubelet from a static manifest. */
  mirror(): PodBuilder;
  /** Its init container has restartPolicy Always; `startupProbe` keeps `started` false until `sidecarStarted()`. */
  nativeSidecar(): PodBuilder;
  pending(): PodBuilder;
  running(): PodBuilder;
  succeeded(): PodBuilder;
  withIp(...ips: string[]): PodBuilder;
  withoutIp(): PodBuilder;
  /** Running for the first time, or again if it has ended before; at `startedAt`, RFC 3339. */
  withInitRunning(startedAt?: string): PodBuilder;
  /** As some runtimes report at first: running, without a container id yet. */
  withoutContainerId(): PodBuilder;
  /** The running native sidecar's startup probe has succeeded. */
  sidecarStarted(): PodBuilder;
  withInitEnded(exitCode: number): PodBuilder;
  /** Ended with `exitCode` and running again: a new container, the count one up. */
  withInitRestarted(exitCode?: number): PodBuilder;
  /** The node came back with a new sandbox: all containers are new, while the phase stays. */
  withNewSandbox(): PodBuilder;
  deleting(): PodBuilder;
  /** Deleted and created anew: same name, another UID, nothing of the old status. */
  recreated(): PodBuilder;
  atVersion(resourceVersion: number | string): PodBuilder;
  build(): PodJson;
}

export interface PodName {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
}

/** What every pod is like that was just created. */
const NOT_STARTED = {
  phase: 'Pending',
  ips: [],
  deleting: false,
  container: { kind: 'waiting' },
  starts: 0,
  lastExitCode: undefined,
  hasContainerId: true,
} as const satisfies Partial<PodDescription>;

/** A pod that nothing has happened to yet: phase Pending, no IP, no annotation. */
export function aPod({ name = 'pod', namespace = 'default', uid }: PodName = {}): PodBuilder {
  return builder({
    name,
    namespace,
    uid: uid ?? uidOf(namespace, name, 0),
    generation: 0,
    resourceVersion: '1',
    labels: { app: name },
    annotations: {},
    initContainer: undefined,
    port: undefined,
    serviceAccount: 'default',
    nodeName: 'node-1',
    hostNetwork: false,
    mirror: false,
    sidecar: false,
    ...NOT_STARTED,
  });
}

function builder(pod: PodDescription): PodBuilder {
  const but = (change: Partial<PodDescription>) => builder({ ...pod, ...change });
  const annotate = (annotations: Record<string, string>) => ({
    ...pod.annotations,
    ...annotations,
  });
  return {
    annotated: (role, init = 'vault-init') =>
      but({
        initContainer: init,
        annotations: annotate({ [ANNOTATION.approle]: role, [ANNOTATION.initContainer]: init }),
      }),
    withAnnotation: (key, value) =>
      but({
        annotations:
          value === undefined ? without(pod.annotations, key) : annotate({ [key]: value }),
      }),
    withInitPort: (port, declared = Number(port)) =>
      but({
        port: declared === false ? undefined : declared,
        annotations: annotate({ [ANNOTATION.initPort]: String(port) }),
      }),
    labelled: (labels) => but({ labels: { ...pod.labels, ...labels } }),
    withoutInitContainer: () => but({ initContainer: undefined }),
    withServiceAccount: (serviceAccount) => but({ serviceAccount }),
    onNode: (nodeName) => but({ nodeName }),
    hostNetwork: () => but({ hostNetwork: true }),
    mirror: () => but({ mirror: true }),
    nativeSidecar: () => but({ sidecar: true }),
    pending: () => but({ phase: 'Pending' }),
    running: () => but({ phase: 'Running' }),
    succeeded: () => but({ phase: 'Succeeded' }),
    withIp: (...ips) => but({ ips }),
    withoutIp: () => but({ ips: [] }),
    deleting: () => but({ deleting: true }),
    atVersion: (version) => but({ resourceVersion: String(version) }),
    ...containerSteps(pod, but),
    recreated: () => but(created(pod)),
    build: () => podJson(pod),
  };
}

/** What can happen to the init container, in the order in which it happens. */
function containerSteps(pod: PodDescription, but: (change: Partial<PodDescription>) => PodBuilder) {
  const start = (startedAt?: string): Partial<PodDescription> => ({
    container: {
      kind: 'running',
      startedAt: startedAt ?? secondsLater(pod.starts),
      started: false,
    },
    starts: pod.starts + 1,
    hasContainerId: true,
  });
  return {
    withInitRunning: (startedAt?: string) => but(start(startedAt)),
    withoutContainerId: () => but({ hasContainerId: false }),
    sidecarStarted: () =>
      but(
        pod.container.kind === 'running' ? { container: { ...pod.container, started: true } } : {},
      ),
    withInitEnded: (exitCode: number) =>
      but({ container: { kind: 'ended', exitCode }, lastExitCode: exitCode }),
    withInitRestarted: (exitCode = 1) => but({ ...start(), lastExitCode: exitCode }),
    withNewSandbox: () => but({ ...start(), lastExitCode: 0 }),
  };
}

function created(pod: PodDescription): Partial<PodDescription> {
  const generation = pod.generation + 1;
  return {
    generation,
    uid: uidOf(pod.namespace, pod.name, generation),
    ...NOT_STARTED,
  };
}

function without(annotations: Readonly<Record<string, string>>, key: string) {
  const { [key]: _gone, ...rest } = annotations;
  return rest;
}

/** The same pod always gets the same UID, so that two runs of a test print the same. */
function uidOf(namespace: string, name: string, generation: number): string {
  const hex = createHash('sha256').update(`${namespace}/${name}/${generation}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
}

function secondsLater(starts: number): string {
  return new Date(Date.parse('2026-01-01T00:00:02Z') + starts * 10_000)
    .toISOString()
    .replace('.000Z', 'Z');
}
