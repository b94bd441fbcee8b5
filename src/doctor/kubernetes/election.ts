import { type Clock, pause } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import { sanitize } from '../../base/sanitize.ts';
import { type Fields, fields, text, time } from '../../kube/api/json.ts';
import type { KubeClient } from '../../kube/api/kube-client.ts';
import { isKubeError } from '../../kube/api/kube-error.ts';
import { about, type Finding } from '../finding.ts';
import type { OwnService } from './rights.ts';

/** What the Lease says of which controller acts. */
export type ElectionFacts =
  | HeldLease
  | { readonly kind: 'free' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'not-read'; readonly words: string };

interface HeldLease {
  readonly kind: 'held';
  /** The holder's pod, where it is one of ours; sanitised. */
  readonly holder: string;
  /** Milliseconds since the Unix epoch by the holder's clock, where it says. */
  readonly acquiredAt: number | undefined;
  readonly renewedAt: number | undefined;
  /** Whether it is being renewed: by the clocks, or, where they leave a doubt, as was seen. */
  readonly proof: 'clocks' | 'seen' | 'none';
}

const DEADLINE_MS = 10_000;
/** Who acts renews each second, and stops within this time where it cannot (docs/adr/0010). */
const EXPIRY_MS = 5_000;
const LOOK_EACH_MS = 1_000;

/**
 * Kubernetes API: coordination.k8s.io/v1 Lease. Its times are by the clock of the holder. Where they
 * and the clock here do not show that it is being renewed, it is watched for as long as it takes to
 * expire, so that a wrong clock raises no alarm.
 */
export async function gatherElection(
  client: KubeClient,
  own: OwnService,
  clock: Clock,
): Promise<ElectionFacts> {
  const first = await readLease(client, own);
  if (first.kind !== 'held') return first;
  if (isFresh(first, clock.wallClock())) return { ...first, proof: 'clocks' };
  for (let waited = 0; waited < EXPIRY_MS; waited += LOOK_EACH_MS) {
    await pause(clock, LOOK_EACH_MS);
    const later = await readLease(client, own);
    if (later.kind !== 'held') return later;
    if (later.renewedAt === first.renewedAt) continue;
    return { ...later, proof: isFresh(later, clock.wallClock()) ? 'clocks' : 'seen' };
  }
  return first;
}

function isFresh({ renewedAt }: HeldLease, now: number): boolean {
  return renewedAt !== undefined && Math.abs(now - renewedAt) <= EXPIRY_MS;
}

async function readLease(
  client: KubeClient,
  { serviceNamespace, service }: OwnService,
): Promise<ElectionFacts> {
  const [namespace, name] = [serviceNamespace, service].map(encodeURIComponent);
  try {
    const answer = await client.json({
      name: 'get the Lease',
      path: `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`,
      deadlineMs: DEADLINE_MS,
    });
    return factsIn(fields(fields(answer)['spec']));
  } catch (error) {
    if (!isKubeError(error)) throw error;
    return error.kind === 'notFound'
      ? { kind: 'absent' }
      : { kind: 'not-read', words: error.message };
  }
}

function factsIn({ holderIdentity, acquireTime, renewTime }: Fields): ElectionFacts {
  const holder = text(holderIdentity);
  if (holder === undefined) return { kind: 'free' };
  const times = { acquiredAt: time(acquireTime), renewedAt: time(renewTime) };
  return { kind: 'held', holder: podOf(holder), ...times, proof: 'none' };
}

/** An identity is the name of a pod, which has no `_`, then `_` and what tells its processes apart. */
function podOf(identity: string): string {
  const [pod = ''] = identity.split('_', 1);
  return sanitize(pod === '' ? identity : pod);
}

const REMEDY =
  'start controllers, or look at what else is found here, and at /readyz?verbose and the log of those that run';

/** Says who acts. `now` is the wall clock's time, in milliseconds since the Unix epoch. */
export function judgeElection(
  facts: ElectionFacts,
  { serviceNamespace, service }: OwnService,
  now: number,
): Finding {
  const it = about('kubernetes.election');
  const lease = `the Lease ${serviceNamespace}/${service}`;
  const nobody = (why: string) => it.warning(`no controller acts: ${why}`, REMEDY);
  switch (facts.kind) {
    case 'not-read':
      return it.skipped(`who acts cannot be seen: ${facts.words}`);
    case 'absent':
      return nobody(`there is no Lease ${serviceNamespace}/${service}`);
    case 'free':
      return nobody(`nobody holds ${lease}`);
    case 'held':
      return facts.proof === 'none' ? nobody(silence(facts, lease, now)) : it.ok(lead(facts, now));
  }
}

function silence({ holder, renewedAt }: HeldLease, lease: string, now: number): string {
  const words = `${holder} holds ${lease}, and has not renewed it for ${formatDuration(EXPIRY_MS)}`;
  if (renewedAt === undefined || renewedAt > now) return words;
  return `${words}; it did so last ${formatDuration(now - renewedAt)} ago, by this machine's clock`;
}

function lead({ holder, acquiredAt, renewedAt, proof }: HeldLease, now: number): string {
  const ago = (at = now) => formatDuration(Math.max(0, now - at));
  if (proof === 'seen') {
    return `${holder} leads, and renews its Lease; its clock and the one here do not agree`;
  }
  const since = acquiredAt === undefined ? '' : ` since ${ago(acquiredAt)}`;
  return `${holder} leads${since}, and renewed its Lease ${ago(renewedAt)} ago`;
}

/** The same for a pod that has no credential yet: it gets none while nobody acts. */
export function judgeElectionForPod(found: Finding): Finding {
  if (found.result !== 'warning') return found;
  return about(found.check).failed(`the pod waits because ${found.reason}`, found.remedy);
}
