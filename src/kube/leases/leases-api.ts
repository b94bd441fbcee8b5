import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { decodeLease } from './decode-lease.ts';
import type { KubeLease, LeaseChange } from './kube-lease.ts';
import { createLeaseApi, type LeaseApi, type LeaseKind } from './lease-api.ts';
import { leaseContent } from './lease-content.ts';
import type { LeasePlace } from './lease-objects.ts';

/** The Lease that whoever acts holds. */
export type LeasesApi = LeaseApi<KubeLease, LeaseChange>;

const KIND: LeaseKind<KubeLease, LeaseChange> = {
  decode: decodeLease,
  content: leaseContent,
  // Whoever leads writes every second and a half. Where nobody does, a list every three seconds costs little.
  silenceMs: 3_000,
};

export function createLeasesApi(
  client: KubeClient,
  place: LeasePlace,
  clock: Clock,
  random: Random,
): LeasesApi {
  return createLeaseApi(KIND, client, place, clock, random);
}
