import type { PodBuilder } from '../kube/pods.ts';
import type { ControlPlane } from '../real/control-plane.ts';

/** The API server, as those who write pods need it. */
export type PodsEndpoint = Pick<ControlPlane, 'request'>;

/** Writes pods as the parts of a cluster do that no test has: users, kubelets. */
export interface PodWriter {
  /** Creates the pod, without its status; its UID. */
  create(pod: PodBuilder): Promise<string>;
  /** Writes the whole status, as a kubelet does. */
  writeStatus(pod: PodBuilder): Promise<void>;
  /** Changes the pod's metadata: annotations, labels. */
  change(pod: PodBuilder, metadata: object): Promise<void>;
  /** Deletes the pod; with a grace period, in seconds, it stays and is being deleted. */
  remove(pod: PodBuilder, gracePeriodSeconds?: number): Promise<void>;
}

interface Stored {
  readonly metadata: { readonly uid: string };
}

export function podWriter(api: PodsEndpoint): PodWriter {
  return {
    async create(pod) {
      const { apiVersion, kind, metadata, spec } = pod.build();
      const { name, namespace, labels, annotations } = metadata;
      const body = { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec };
      const path = `/api/v1/namespaces/${namespace}/pods`;
      return (await api.request<Stored>('POST', path, body)).metadata.uid;
    },
    async writeStatus(pod) {
      const status = { $patch: 'replace', ...pod.build().status };
      await api.request('PATCH', `${pathOf(pod)}/status`, { status });
    },
    async change(pod, metadata) {
      await api.request('PATCH', pathOf(pod), { metadata });
    },
    async remove(pod, gracePeriodSeconds = 0) {
      await api.request('DELETE', pathOf(pod), { gracePeriodSeconds });
    },
  };
}

function pathOf(pod: PodBuilder): string {
  const { name, namespace } = pod.build().metadata;
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}
