import { sanitize } from '../../base/sanitize.ts';
import { elements, fields, text } from '../../kube/api/json.ts';
import type { KubeClient } from '../../kube/api/kube-client.ts';
import { isKubeError, type KubeError } from '../../kube/api/kube-error.ts';
import { decodePod } from '../../kube/decode-pod.ts';
import type { PodFacts } from '../../kube/pod-facts.ts';

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** One pod, as the controller sees it, and what its status says besides. */
export type OnePodFacts =
  | {
      readonly kind: 'found';
      readonly pod: PodFacts;
      /** Why its init container does not run, in the kubelet's words; sanitised. */
      readonly waitingFor: string | undefined;
      /** Whether `podSelector` matches it. */
      readonly selected: boolean;
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'not-read'; readonly error: KubeError };

const DEADLINE_MS = 10_000;

/** Reads it by lists, for which the controller has the right: it may not get a single pod. */
export async function gatherPod(
  client: KubeClient,
  { namespace, name }: PodName,
  podSelector: string | undefined,
): Promise<OnePodFacts> {
  const list = async (selector?: string) => {
    const answer = await client.json({
      name: 'list pods',
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
      query: {
        fieldSelector: `metadata.name=${name}`,
        ...(selector === undefined ? {} : { labelSelector: selector }),
      },
      deadlineMs: DEADLINE_MS,
    });
    return elements(fields(answer)['items'])[0];
  };
  try {
    const json = await list();
    const pod = decodePod(json);
    if (pod === undefined) return { kind: 'absent' };
    const selected = podSelector === undefined || (await list(podSelector)) !== undefined;
    return { kind: 'found', pod, waitingFor: waitingFor(json, pod.initContainer), selected };
  } catch (error) {
    if (!isKubeError(error)) throw error;
    return { kind: 'not-read', error };
  }
}

function waitingFor(pod: unknown, container: string | undefined): string | undefined {
  const statuses = elements(fields(fields(pod)['status'])['initContainerStatuses']).map(fields);
  const status = statuses.find(({ name }) => name === container);
  const waiting = fields(fields(status?.['state'])['waiting']);
  const words = [text(waiting['reason']), text(waiting['message'])];
  const known = words.filter((word) => word !== undefined).join(': ');
  return known === '' ? undefined : sanitize(known);
}
