import type {
  ContainerStart,
  InitContainerFacts,
  PodFacts,
  RunningContainer,
} from '../../../src/kube/pod-facts.ts';

/**
 * The facts of a pod that wants a credential, said as a sentence; every method answers a new
 * builder: `aCustomer().named('web-1').inNamespace('a').asking('web')`. As it comes, its init
 * container runs for the first time.
 */
export interface CustomerBuilder {
  readonly uid: string;
  named(name: string): CustomerBuilder;
  inNamespace(namespace: string): CustomerBuilder;
  asking(role: string | undefined): CustomerBuilder;
  at(...ips: string[]): CustomerBuilder;
  /** The annotation that names the port; `declared` are the init container's containerPorts. */
  onPort(annotation: string, declared?: readonly number[]): CustomerBuilder;
  withServiceAccount(name: string): CustomerBuilder;
  onHostNetwork(): CustomerBuilder;
  mirrored(): CustomerBuilder;
  deleting(): CustomerBuilder;
  inPhase(phase: string): CustomerBuilder;
  naming(initContainer: string | undefined): CustomerBuilder;
  /** The spec has no init container of the annotated name. */
  withoutContainer(): CustomerBuilder;
  /** Not running: not yet, or between two starts. */
  waiting(): CustomerBuilder;
  running(): CustomerBuilder;
  /** Running, but its status has no container id yet. */
  runningWithoutId(): CustomerBuilder;
  ended(exitCode?: number): CustomerBuilder;
  /** Running again: the start before ended with `exitCode`. */
  restarted(exitCode?: number): CustomerBuilder;
  /** Running as a native sidecar that has not, or has, reported that it is started. */
  asSidecar(started: boolean): CustomerBuilder;
  /** Deleted and created anew: the same name, another UID. */
  recreated(): CustomerBuilder;
  facts(): PodFacts;
}

interface Description extends Omit<PodFacts, 'uid' | 'container'> {
  readonly generation: number;
  readonly ports: readonly number[];
  /** Which start of the init container this is, from 1. */
  readonly starts: number;
  readonly container: 'absent' | 'waiting' | 'running' | 'running without id' | 'ended';
  readonly exitCode: number;
  readonly sidecarStarted: boolean;
}

export function aCustomer(): CustomerBuilder {
  return builder({
    name: 'web-1',
    namespace: 'shop',
    generation: 0,
    serviceAccount: 'default',
    approle: 'web',
    initContainer: 'vault-init',
    initPort: undefined,
    phase: 'Pending',
    ips: ['10.0.0.1'],
    deleting: false,
    hostNetwork: false,
    mirror: false,
    ports: [],
    starts: 1,
    container: 'running',
    exitCode: 0,
    sidecarStarted: false,
  });
}

/** So many customers of one namespace, each with its own name and address. */
export function customers(count: number, make: (index: number) => CustomerBuilder) {
  return Array.from({ length: count }, (_, index) =>
    make(index).at(`10.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`),
  );
}

function builder(pod: Description): CustomerBuilder {
  const but = (change: Partial<Description>) => builder({ ...pod, ...change });
  return {
    uid: uidOf(pod),
    named: (name) => but({ name }),
    inNamespace: (namespace) => but({ namespace }),
    asking: (approle) => but({ approle }),
    at: (...ips) => but({ ips }),
    onPort: (initPort, ports = [Number(initPort)]) => but({ initPort, ports }),
    withServiceAccount: (serviceAccount) => but({ serviceAccount }),
    onHostNetwork: () => but({ hostNetwork: true }),
    mirrored: () => but({ mirror: true }),
    deleting: () => but({ deleting: true }),
    inPhase: (phase) => but({ phase }),
    naming: (initContainer) => but({ initContainer }),
    withoutContainer: () => but({ container: 'absent' }),
    waiting: () => but({ container: 'waiting' }),
    running: () => but({ container: 'running' }),
    runningWithoutId: () => but({ container: 'running without id' }),
    ended: (exitCode = 0) => but({ container: 'ended', exitCode }),
    restarted: (exitCode = 1) => but({ container: 'running', exitCode, starts: pod.starts + 1 }),
    asSidecar: (sidecarStarted) => but({ container: 'running', sidecarStarted }),
    recreated: () =>
      but({ generation: pod.generation + 1, starts: 1, container: 'running', deleting: false }),
    facts: () => facts(pod),
  };
}

function facts(pod: Description): PodFacts {
  const { generation: _g, ports: _p, starts: _s, exitCode: _e, sidecarStarted: _d, ...rest } = pod;
  return { ...rest, uid: uidOf(pod), container: container(pod) };
}

function container(pod: Description): InitContainerFacts {
  const declaredPorts = pod.ports;
  switch (pod.container) {
    case 'absent':
      return { kind: 'absent' };
    case 'waiting':
      return { kind: 'waiting', declaredPorts };
    case 'ended':
      return { kind: 'ended', start: start(pod), exitCode: pod.exitCode, declaredPorts };
    case 'running':
    case 'running without id':
      return running(pod);
  }
}

function running(pod: Description): RunningContainer {
  const hasId = pod.container === 'running';
  const { startedAt } = start(pod);
  return {
    kind: 'running',
    start: { ...start(pod), ...(hasId ? {} : { containerId: undefined }) },
    startedAt: Date.parse(startedAt),
    sidecarStarted: pod.sidecarStarted,
    declaredPorts: pod.ports,
    previous:
      pod.starts === 1
        ? undefined
        : { containerId: containerId(pod, pod.starts - 1), exitCode: pod.exitCode },
  };
}

function start(pod: Description): ContainerStart {
  return {
    containerId: containerId(pod, pod.starts),
    restartCount: pod.starts - 1,
    startedAt: new Date(Date.UTC(2026, 0, 1, 0, pod.starts)).toISOString(),
  };
}

function containerId(pod: Description, start: number): string {
  return `containerd://${uidOf(pod)}/${start}`;
}

function uidOf({ namespace, name, generation }: Description): string {
  return `${namespace}/${name}#${generation}`;
}
