import type { Api } from './api.ts';
import { POD_NAMESPACE } from './names.ts';
import { type BenchPod, creation, runningStatus, startedStatus } from './pods.ts';

/** Plays the cluster around the pods: what creates them, and the kubelet that reports on them. */
export interface Kubelet {
  create(pod: BenchPod): Promise<void>;
  /** Reports that the pod's init container runs; `onSend` is called just before the report is sent. */
  reportStarted(pod: BenchPod, onSend: () => void): Promise<void>;
  /** Reports that the init container has ended with 0, and that the app runs. */
  reportRunning(pod: BenchPod): Promise<void>;
}

const PODS = `/api/v1/namespaces/${POD_NAMESPACE}/pods`;

export function createKubelet(api: Api, initPort: number): Kubelet {
  const report = (pod: BenchPod, body: string, onSend?: () => void) =>
    api.send('PATCH', `${PODS}/${pod.name}/status`, body, onSend);
  return {
    create: (pod) => api.send('POST', PODS, creation(pod, initPort)),
    reportStarted: (pod, onSend) => report(pod, startedStatus(pod), onSend),
    reportRunning: (pod) => report(pod, runningStatus(pod)),
  };
}
