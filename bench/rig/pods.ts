import { ANNOTATION } from '../../src/kube/pod-facts.ts';
import { DEFAULT_INIT_PORT } from '../../src/wire/push.ts';
import { POD_ROLE } from './names.ts';

/** A pod of the benchmark. */
export interface BenchPod {
  readonly name: string;
  readonly ip: string;
}

const INIT_CONTAINER = 'vault-init';
const IMAGE = 'bench';
const FIRST_IP = (127 << 24) | (16 << 16);
const STARTED_AT = '2026-01-01T00:00:00Z';

/** Makes pods whose names and loopback addresses nobody has had before in this process. */
export function podSource(): () => BenchPod {
  let made = 0;
  return () => {
    made += 1;
    return { name: `pod-${made}`, ip: ipv4(FIRST_IP + made) };
  };
}

function ipv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}

/** What is posted to create the pod: as little as the API server takes, bound to a node. */
export function creation(pod: BenchPod, initPort: number): string {
  const otherPort = initPort !== DEFAULT_INIT_PORT;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: pod.name,
      annotations: {
        [ANNOTATION.approle]: POD_ROLE,
        [ANNOTATION.initContainer]: INIT_CONTAINER,
        ...(otherPort ? { [ANNOTATION.initPort]: String(initPort) } : {}),
      },
    },
    spec: {
      nodeName: 'bench',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      initContainers: [
        {
          name: INIT_CONTAINER,
          image: IMAGE,
          ...(otherPort ? { ports: [{ containerPort: initPort }] } : {}),
        },
      ],
      containers: [{ name: 'app', image: IMAGE }],
    },
  });
}

/** The status, as a merge patch, of a pod whose init container has begun to run. */
export function startedStatus(pod: BenchPod): string {
  const init = { ready: false, started: true, state: { running: { startedAt: STARTED_AT } } };
  const waiting = { waiting: { reason: 'PodInitializing' } };
  return status(pod, 'Pending', init, { ready: false, state: waiting });
}

/** The status, as a merge patch, of a pod whose init container has ended well and whose app runs. */
export function runningStatus(pod: BenchPod): string {
  const times = { startedAt: STARTED_AT, finishedAt: STARTED_AT };
  const terminated = { exitCode: 0, reason: 'Completed', containerID: containerId(pod), ...times };
  const app = { ready: true, started: true, state: { running: { startedAt: STARTED_AT } } };
  return status(pod, 'Running', { ready: true, started: false, state: { terminated } }, app);
}

function status(pod: BenchPod, phase: string, init: object, app: object): string {
  const common = { image: IMAGE, imageID: IMAGE, restartCount: 0 };
  return JSON.stringify({
    status: {
      phase,
      podIP: pod.ip,
      podIPs: [{ ip: pod.ip }],
      startTime: STARTED_AT,
      initContainerStatuses: [
        { name: INIT_CONTAINER, containerID: containerId(pod), ...common, ...init },
      ],
      containerStatuses: [{ name: 'app', ...common, ...app }],
    },
  });
}

function containerId(pod: BenchPod): string {
  return `containerd://${pod.name}`;
}
