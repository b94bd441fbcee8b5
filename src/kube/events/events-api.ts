import type { KubeClient } from '../api/kube-client.ts';
import type { EventChange, EventObject } from './event-object.ts';

/** The two requests that an event recorder makes. They throw KubeErrors, or the signal's reason. */
export interface EventsApi {
  create(event: EventObject, signal: AbortSignal): Promise<void>;
  patch(
    where: { readonly namespace: string; readonly name: string },
    change: EventChange,
    signal: AbortSignal,
  ): Promise<void>;
}

/** The RBAC rule that lets a service account write Events, for people. */
export const EVENTS_RBAC_RULE = '{apiGroups: [""], resources: [events], verbs: [create, patch]}';

const DEADLINE_MS = 10_000;

/**
 * Writes Events of the core API, not of events.k8s.io: every Kubernetes has it, every tool shows its
 * `count`, and its message may change with what is counted; the other's note may not.
 */
export function createEventsApi(client: KubeClient): EventsApi {
  return {
    async create(event, signal) {
      await client.json({
        name: 'create an Event',
        method: 'POST',
        path: pathOf(event.metadata.namespace),
        body: { contentType: 'application/json', value: event },
        deadlineMs: DEADLINE_MS,
        signal,
      });
    },
    async patch({ namespace, name }, change, signal) {
      await client.json({
        name: 'patch an Event',
        method: 'PATCH',
        path: `${pathOf(namespace)}/${encodeURIComponent(name)}`,
        body: { contentType: 'application/merge-patch+json', value: change },
        deadlineMs: DEADLINE_MS,
        signal,
      });
    },
  };
}

function pathOf(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
}
