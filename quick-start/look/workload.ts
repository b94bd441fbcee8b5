import { json } from '../run/command.ts';
import type { Problem, Verdict } from '../run/step.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

interface Deployment {
  readonly kind: 'Deployment';
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly command?: readonly string[] }[] };
    };
  };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly restartCount: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly exitCode: number };
  };
}

export interface Pod {
  readonly kind: 'Pod';
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

/** A Deployment, if it is there, and its pods. */
export interface Workload {
  readonly deployment: Deployment | undefined;
  readonly pods: readonly Pod[];
}

/** The arguments that find a Deployment and its pods: all are labelled `app: NAME`. */
export function workloadIn(namespace: string, name: string) {
  return { args: ['get', 'deployments,pods', '-n', namespace, '-l', `app=${name}`, '-o', 'json'] };
}

/** Reads what `workloadIn` found. Pods that are being deleted count no more. */
export function workloadOf(output = '{"items":[]}'): Workload {
  const { items } = json<{ items: readonly (Deployment | Pod)[] }>(output);
  return {
    deployment: items.find((item) => item.kind === 'Deployment'),
    pods: items
      .filter((item) => item.kind === 'Pod')
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined),
  };
}

/** As `kubectl rollout status` judges it, with a reason. */
export function judgeRollout({ deployment, pods }: Workload, namespace: string): Verdict {
  if (deployment === undefined) return { kind: 'waiting', for: 'the Deployment is not there' };
  const { metadata, spec, status } = deployment;
  const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status;
  const isSeen = (status.observedGeneration ?? 0) >= metadata.generation;
  const isWhole = Math.min(updatedReplicas, availableReplicas) >= spec.replicas;
  if (isSeen && isWhole && replicas === updatedReplicas) {
    return { kind: 'ready', note: `${availableReplicas} of ${spec.replicas} are ready` };
  }
  const problem = troubleOf(pods, namespace) ?? refusalOf(deployment, namespace);
  if (problem) return { kind: 'stuck', problem };
  const ready = Math.min(updatedReplicas, availableReplicas);
  return { kind: 'waiting', for: `${ready} of ${spec.replicas} are ready` };
}

/** What a container waits for that no time mends. */
const IMAGE_REASONS = ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'];
const OTHER_REASONS = ['CrashLoopBackOff', 'CreateContainerConfigError', 'CreateContainerError'];

function troubleOf(pods: readonly Pod[], namespace: string): Problem | undefined {
  for (const { metadata, status } of pods) {
    const containers = [
      ...(status.initContainerStatuses ?? []),
      ...(status.containerStatuses ?? []),
    ];
    for (const { name, image, state } of containers) {
      const reason = state?.waiting?.reason ?? '';
      if (IMAGE_REASONS.includes(reason)) return imageProblem(image, reason);
      if (!OTHER_REASONS.includes(reason)) continue;
      const what = `container ${name} of pod ${metadata.name}: ${reason}`;
      return { what, remedies: looks(namespace, metadata.name, name) };
    }
  }
  return undefined;
}

function looks(namespace: string, pod: string, container: string): readonly string[] {
  return [
    `its log: kubectl logs -n ${namespace} ${pod} -c ${container} --previous`,
    `its Events: kubectl describe pod -n ${namespace} ${pod}`,
  ];
}

/** Vault's image does not work under any user, so its pod names one; ours do. */
const SCC =
  'OpenShift: oc adm policy add-scc-to-user nonroot-v2 -n vault -z default -z vault, then run this again';

/** Where the cluster has no pods at all to show: admission or a quota refuses them. */
function refusalOf({ status, metadata }: Deployment, namespace: string): Problem | undefined {
  const failure = status.conditions?.find(
    (condition) => condition.type === 'ReplicaFailure' && condition.status === 'True',
  );
  if (failure === undefined) return undefined;
  const message = failure.message ?? 'no reason';
  const what = `the cluster refuses the pods of ${metadata.name}: ${message}`;
  const look = `kubectl describe replicasets -n ${namespace}`;
  return { what, remedies: message.includes('security context constraint') ? [SCC, look] : [look] };
}

/** An image that the nodes cannot get: ours are not in any registry until somebody puts them there. */
export function imageProblem(image: string, reason: string): Problem {
  const what = `the nodes cannot get the image ${image} (${reason})`;
  const name = /(kubernetes-vault[a-z-]*):/.exec(image)?.[1];
  if (name === undefined) {
    const other = 'or name another one that they can get: --vault-image IMAGE';
    return { what, remedies: ['let the nodes reach its registry, or load it into them', other] };
  }
  const file = `dist/images/${name}.tar`;
  return {
    what,
    remedies: [
      'build it: make images (on Linux)',
      `load it into the cluster: kind load image-archive ${file}, or minikube image load ${file}`,
      'or push it to a registry of yours, and say where: --image-prefix REGISTRY/PATH',
      'then run this again',
    ],
  };
}
