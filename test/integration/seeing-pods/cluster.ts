import { ANNOTATION } from '../../../src/kube/pod-facts.ts';
import { aPod, type PodBuilder } from '../../support/kube/pods.ts';
import { podWriter } from '../../support/kubelet/pod-writer.ts';
import { type ControlPlane, startControlPlane } from '../../support/real/control-plane.ts';

/** A real control plane on which a test plays user and kubelet. */
export interface Cluster extends AsyncDisposable {
  readonly plane: ControlPlane;
  /** A namespace of its own for a test. */
  namespace(): Promise<string>;
  /** Creates the pod and writes its status; its UID. */
  create(pod: PodBuilder): Promise<string>;
  /** Writes the pod's status, as its kubelet does. */
  writeStatus(pod: PodBuilder): Promise<void>;
  annotate(pod: PodBuilder, role: string): Promise<void>;
  remove(pod: PodBuilder): Promise<void>;
  /** A token of a new service account that may do this, in one namespace or in all. */
  account(rules: readonly object[], namespace?: string): Promise<string>;
}

export const LIST_AND_WATCH = [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }];

export async function startCluster(): Promise<Cluster> {
  const plane = await startControlPlane();
  const writer = podWriter(plane);
  let count = 0;
  const cluster: Cluster = {
    plane,
    async namespace() {
      const name = `test-${++count}`;
      await plane.request('POST', '/api/v1/namespaces', { metadata: { name } });
      return name;
    },
    async create(pod) {
      const uid = await writer.create(pod);
      await writer.writeStatus(pod);
      return uid;
    },
    writeStatus: (pod) => writer.writeStatus(pod),
    annotate: (pod, role) => writer.change(pod, { annotations: { [ANNOTATION.approle]: role } }),
    remove: (pod) => writer.remove(pod),
    account: (rules, namespace) => createAccount(plane, `account-${++count}`, rules, namespace),
    [Symbol.asyncDispose]: () => plane[Symbol.asyncDispose](),
  };
  return cluster;
}

/** A pod that waits: its init container runs and listens, as the annotation says. */
export function aWaitingPod(namespace: string, name: string): PodBuilder {
  return aPod({ namespace, name }).annotated('web').withIp('10.0.0.1').withInitRunning();
}

export function aRunningPod(namespace: string, name: string): PodBuilder {
  return aWaitingPod(namespace, name).withInitEnded(0).running();
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

async function createAccount(
  plane: ControlPlane,
  name: string,
  rules: readonly object[],
  namespace: string | undefined,
): Promise<string> {
  const place = namespace === undefined ? RBAC : `${RBAC}/namespaces/${namespace}`;
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const [roles, bindings] =
    namespace === undefined ? ['clusterroles', 'clusterrolebindings'] : ['roles', 'rolebindings'];
  const metadata = { name };
  const account = { metadata };
  await plane.request('POST', '/api/v1/namespaces/default/serviceaccounts', account);
  await plane.request('POST', `${place}/${roles}`, { metadata, rules });
  await plane.request('POST', `${place}/${bindings}`, {
    metadata,
    subjects: [{ kind: 'ServiceAccount', name, namespace: 'default' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
  });
  return await plane.serviceAccountToken('default', name);
}
