import type { Clock } from '../../base/clock.ts';
import { keepFresh } from '../../base/keep-fresh.ts';
import type { Random } from '../../base/random.ts';
import { explained } from '../api/explained.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { isKubeError, type KubeError } from '../api/kube-error.ts';
import { followObjects } from '../follow/follow-objects.ts';
import type { FollowSettings, ObjectSource } from '../follow/follow-parts.ts';
import { peersOfEndpoints, peersOfSlice } from './decode-peers.ts';
import type { Peer } from './peer.ts';

/** The controllers' own headless Service. */
export interface PeerPlace {
  readonly namespace: string;
  readonly service: string;
}

export interface PeerParts {
  readonly clock: Clock;
  readonly random: Random;
}

/** A way to find the peers, begun at once; what it returns ends it. */
export interface PeerWay {
  /** As reports call it. */
  readonly name: 'endpointslices' | 'endpoints' | 'endpoints by get';
  begin(
    see: (peers: readonly Peer[]) => void,
    trouble: (error: KubeError | undefined) => void,
  ): Disposable;
}

const DEADLINE_MS = 10_000;
const RETRY = { baseMs: 500, capMs: 30_000 };
/** Bookmarks come each minute. */
const FOLLOWING: FollowSettings = {
  listDeadlineMs: DEADLINE_MS,
  silenceMs: 150_000,
  retry: RETRY,
};
/** The original of this program knew no other way, and its rights allow none. */
const GET_EVERY_MS = 10_000;

/** From the best to the one that needs the least rights. */
export function peerWays(client: KubeClient, place: PeerPlace, parts: PeerParts): PeerWay[] {
  const { namespace, service } = place;
  const inNamespace = `namespaces/${encodeURIComponent(namespace)}`;
  const rule = (group: string, resource: string, verbs: string) =>
    `a Role in namespace ${namespace} with {apiGroups: [${group}], resources: [${resource}], verbs: [${verbs}]}`;
  const slices: ObjectSource<readonly Peer[]> = {
    name: 'endpointslices',
    path: `/apis/discovery.k8s.io/v1/${inNamespace}/endpointslices`,
    query: { labelSelector: `kubernetes.io/service-name=${service}` },
    decode: peersOfSlice,
    rbacRule: rule('discovery.k8s.io', 'endpointslices', 'list, watch'),
  };
  const endpoints: ObjectSource<readonly Peer[]> = {
    name: 'endpoints',
    path: `/api/v1/${inNamespace}/endpoints`,
    query: { fieldSelector: `metadata.name=${service}` },
    decode: peersOfEndpoints,
    rbacRule: rule('""', 'endpoints', 'get, list, watch'),
  };
  return [
    { name: 'endpointslices', begin: byWatch(client, slices, parts) },
    { name: 'endpoints', begin: byWatch(client, endpoints, parts) },
    { name: 'endpoints by get', begin: byGet(client, endpoints, service, parts) },
  ];
}

function byWatch(
  client: KubeClient,
  objects: ObjectSource<readonly Peer[]>,
  parts: PeerParts,
): PeerWay['begin'] {
  return (see, trouble) =>
    followObjects({
      client,
      objects,
      settings: FOLLOWING,
      ...parts,
      see: (view) => see(view.objects.flat()),
      trouble,
    });
}

function byGet(
  client: KubeClient,
  { path, decode, rbacRule }: ObjectSource<readonly Peer[]>,
  service: string,
  parts: PeerParts,
): PeerWay['begin'] {
  const load = async () => {
    const name = 'get endpoints';
    const one = `${path}/${encodeURIComponent(service)}`;
    try {
      return decode(await client.json({ name, path: one, deadlineMs: DEADLINE_MS }));
    } catch (error) {
      if (isKubeError(error) && error.kind === 'notFound') return [];
      throw explained(error, name, rbacRule);
    }
  };
  return (see, trouble) => {
    const onLoaded = (peers: readonly Peer[]) => {
      trouble(undefined);
      see(peers);
      return GET_EVERY_MS;
    };
    const onFailed = (error: unknown) => {
      if (!isKubeError(error)) throw error;
      trouble(error);
    };
    const end = keepFresh({ load, onLoaded, onFailed, backoff: RETRY, ...parts });
    return { [Symbol.dispose]: end };
  };
}
