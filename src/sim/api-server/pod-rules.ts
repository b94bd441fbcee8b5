import { isRecord } from '../json.ts';
import type { KubeObject } from './object.ts';

/** A pod as the API server keeps a new one: what its author says of its status is ignored. */
export function newPod(pod: KubeObject): KubeObject {
  const spec = isRecord(pod['spec']) ? pod['spec'] : {};
  return {
    ...pod,
    spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, ...spec },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  };
}

/**
 * Seconds that a deleted pod stays to be stopped by its kubelet (pkg/registry/core/pod/strategy.go):
 * none if no node has it, or if it has ended already.
 */
export function graceSeconds(pod: KubeObject, asked: number | undefined): number {
  const spec = isRecord(pod['spec']) ? pod['spec'] : {};
  const status = isRecord(pod['status']) ? pod['status'] : {};
  const ended = status['phase'] === 'Succeeded' || status['phase'] === 'Failed';
  if (!spec['nodeName'] || ended) return 0;
  return asked ?? Number(spec['terminationGracePeriodSeconds'] ?? 30);
}
