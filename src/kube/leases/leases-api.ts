import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { explained } from '../api/explained.ts';
import type { KubeClient, KubeRequest } from '../api/kube-client.ts';
import { FinalKubeError, type KubeError } from '../api/kube-error.ts';
import { followObjects } from '../follow/follow-objects.ts';
import type { FollowSettings } from '../follow/follow-parts.ts';
import { decodeLease } from './decode-lease.ts';
import type { KubeLease, LeaseChange, LeaseSight } from './kube-lease.ts';
import { type LeasePlace, leasePatch, newLease } from './lease-objects.ts';

/** All that is asked of the API server about the one Lease. Promises reject with KubeErrors, or the signal's reason. */
export interface LeasesApi {
  /** The most recent one; undefined where there is none. */
  read(signal: AbortSignal): Promise<KubeLease | undefined>;
  /** Fails as a conflict where there is one already. */
  create(change: LeaseChange, signal: AbortSignal): Promise<KubeLease>;
  /** Compare-and-swap: fails as a conflict unless the Lease is still `of`, as notFound where it is gone. */
  update(
    of: Pick<KubeLease, 'uid' | 'version'>,
    change: LeaseChange,
    signal: AbortSignal,
  ): Promise<KubeLease>;
  /**
   * Tells what is seen of it, at once and at each change; the same may be told again.
   * @param trouble takes in why it cannot be followed, once for each kind of error; undefined: it can again
   */
  follow(
    see: (sight: LeaseSight) => void,
    trouble: (error: KubeError | undefined) => void,
  ): Disposable;
}

const DEADLINE_MS = 1_250;

const FOLLOWING: FollowSettings = {
  listDeadlineMs: DEADLINE_MS,
  // Whoever leads writes every second and a half. Where nobody does, a list every three seconds costs little.
  silenceMs: 3_000,
  retry: { baseMs: 100, capMs: 1_000 },
};

export function createLeasesApi(
  client: KubeClient,
  place: LeasePlace,
  clock: Clock,
  random: Random,
): LeasesApi {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(place.namespace)}/leases`;
  const one = `${path}/${encodeURIComponent(place.name)}`;
  const rbacRule = `a Role in namespace ${place.namespace} with {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, list, watch, create, patch]}`;

  const ask = async (request: Omit<KubeRequest, 'deadlineMs'>): Promise<KubeLease> => {
    try {
      return decodeLease(await client.json({ ...request, deadlineMs: DEADLINE_MS }));
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
      const value = newLease(place, change, clock.wallClock());
      const body = { contentType: 'application/json', value };
      return ask({ name: 'create the Lease', method: 'POST', path, body, signal });
    },
    update(of, change, signal) {
      const value = leasePatch(of, change, clock.wallClock());
      const body = { contentType: 'application/merge-patch+json', value };
      return ask({ name: 'patch the Lease', method: 'PATCH', path: one, body, signal });
    },
    follow(see, trouble) {
      const query = { fieldSelector: `metadata.name=${place.name}` };
      const objects = { name: 'the Lease', path, query, decode: decodeLease, rbacRule };
      return followObjects({
        client,
        objects,
        settings: FOLLOWING,
        clock,
        random,
        see: ({ version, objects: [lease] }) => see({ version, lease }),
        trouble,
      });
    },
  };
}
