import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { explained } from '../api/explained.ts';
import type { KubeClient, KubeRequest } from '../api/kube-client.ts';
import { FinalKubeError, type KubeError } from '../api/kube-error.ts';
import { followObjects } from '../follow/follow-objects.ts';
import type { LeaseSight } from './kube-lease.ts';
import { type LeaseContent, type LeasePlace, leasePatch, newLease } from './lease-objects.ts';

/** All that is asked of the API server about one Lease. Promises reject with KubeErrors, or the signal's reason. */
export interface LeaseApi<Lease extends LeaseId, Change> {
  /** The most recent one; undefined where there is none. */
  read(signal: AbortSignal): Promise<Lease | undefined>;
  /** Fails as a conflict where there is one already. */
  create(change: Change, signal: AbortSignal): Promise<Lease>;
  /** Compare-and-swap: fails as a conflict unless the Lease is still `of`, as notFound where it is gone. */
  update(of: LeaseId, change: Change, signal: AbortSignal): Promise<Lease>;
  /**
   * Tells what is seen of it, at once and at each change; the same may be told again.
   * @param trouble takes in why it cannot be followed, once for each kind of error; undefined: it can again
   */
  follow(
    see: (sight: LeaseSight<Lease>) => void,
    trouble: (error: KubeError | undefined) => void,
  ): Disposable;
}

export interface LeaseId {
  readonly uid: string;
  /** metadata.resourceVersion */
  readonly version: string;
}

/** What a Lease is about, and how that stands in the object. */
export interface LeaseKind<Lease extends LeaseId, Change> {
  /** @throws MalformedJsonError for what cannot be compared and swapped */
  decode(value: unknown): Lease;
  /** `now` is in milliseconds since the Unix epoch, as the machine believes. */
  content(change: Change, now: number): LeaseContent;
  /** A watch that says nothing for so long counts as dead. */
  readonly silenceMs: number;
}

const DEADLINE_MS = 1_250;
const RETRY = { baseMs: 100, capMs: 1_000 };

export function createLeaseApi<Lease extends LeaseId, Change>(
  { decode, content, silenceMs }: LeaseKind<Lease, Change>,
  client: KubeClient,
  place: LeasePlace,
  clock: Clock,
  random: Random,
): LeaseApi<Lease, Change> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(place.namespace)}/leases`;
  const one = `${path}/${encodeURIComponent(place.name)}`;
  const rbacRule = `a Role in namespace ${place.namespace} with {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, list, watch, create, patch]}`;

  const ask = async (request: Omit<KubeRequest, 'deadlineMs'>): Promise<Lease> => {
    try {
      return decode(await client.json({ ...request, deadlineMs: DEADLINE_MS }));
    } catch (error) {
      throw explained(error, request.name, rbacRule);
    }
  };
  return {
    async read(signal) {
      try {
        return await ask({ name: 'get the Lease', path: one, signal });
      } catch (error) {
        if (error instanceof FinalKubeError && error.kind === 'notFound') return undefined;
        throw error;
      }
    },
    create(change, signal) {
      const value = newLease(place, content(change, clock.wallClock()));
      const body = { contentType: 'application/json', value };
      return ask({ name: 'create the Lease', method: 'POST', path, body, signal });
    },
    update(of, change, signal) {
      const value = leasePatch(of, content(change, clock.wallClock()));
      const body = { contentType: 'application/merge-patch+json', value };
      return ask({ name: 'patch the Lease', method: 'PATCH', path: one, body, signal });
    },
    follow(see, trouble) {
      const query = { fieldSelector: `metadata.name=${place.name}` };
      const objects = { name: 'the Lease', path, query, decode, rbacRule };
      return followObjects({
        client,
        objects,
        settings: { listDeadlineMs: DEADLINE_MS, silenceMs, retry: RETRY },
        clock,
        random,
        see: ({ version, objects: [lease] }) => see({ version, lease }),
        trouble,
      });
    },
  };
}
