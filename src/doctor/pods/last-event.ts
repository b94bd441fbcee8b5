import { formatDuration } from '../../base/duration.ts';
import { sanitize } from '../../base/sanitize.ts';
import { count, elements, fields, text, time } from '../../kube/api/json.ts';
import type { KubeClient } from '../../kube/api/kube-client.ts';
import { isKubeError } from '../../kube/api/kube-error.ts';
import type { PodFacts } from '../../kube/pod-facts.ts';
import { about, type Finding } from '../finding.ts';

/** What the controller told the pod's owners last. The words are sanitised. */
export type LastEvent =
  | {
      readonly kind: 'found';
      readonly isWarning: boolean;
      readonly message: string;
      readonly count: number;
      /** Milliseconds since the Unix epoch, where it says. */
      readonly at: number | undefined;
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'not-read'; readonly words: string };

const DEADLINE_MS = 10_000;
const REASONS = ['VaultSecretDelivered', 'VaultSecretFailed'];

export async function gatherLastEvent(
  client: KubeClient,
  { namespace, uid }: PodFacts,
): Promise<LastEvent> {
  try {
    const answer = await client.json({
      name: 'list Events',
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`,
      query: { fieldSelector: `involvedObject.uid=${uid}` },
      deadlineMs: DEADLINE_MS,
    });
    return lastOf(answer);
  } catch (error) {
    if (!isKubeError(error)) throw error;
    return { kind: 'not-read', words: error.message };
  }
}

/** The last of ours in a `v1` EventList; of those of one second the last in the list. */
export function lastOf(list: unknown): LastEvent {
  const ours = elements(fields(list)['items'])
    .map(fields)
    .filter(({ reason }) => REASONS.includes(text(reason) ?? ''))
    .map((event) => ({
      kind: 'found' as const,
      isWarning: event['reason'] === 'VaultSecretFailed',
      message: sanitize(text(event['message']) ?? ''),
      count: count(event['count']) ?? 1,
      at: time(event['lastTimestamp']),
    }));
  const byTime = ours.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
  return byTime.at(-1) ?? { kind: 'none' };
}

/** `now` is the wall clock's time, in milliseconds since the Unix epoch. */
export function judgeLastEvent(event: LastEvent, pod: PodFacts, now: number): Finding {
  const it = about('pod.last-event');
  const command = `kubectl describe pod -n ${pod.namespace} ${pod.name}`;
  if (event.kind === 'not-read') return it.skipped(`${event.words}; look with: ${command}`);
  if (event.kind === 'none') return it.ok('the controller has told its owners nothing yet');
  const age = event.at === undefined ? '' : `, ${formatDuration(Math.max(0, now - event.at))} ago`;
  const times = event.count === 1 ? '' : `, ${event.count} times`;
  const told = `${event.message} (told${age}${times})`;
  return event.isWarning
    ? it.warning(told, 'do as it says, if nothing above says more')
    : it.ok(told);
}
