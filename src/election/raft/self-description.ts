import { hostPort } from '../../base/ip.ts';
import type { SerfMember } from '../../gossip/serf/surface.ts';
import { decodeTags, encodeTags } from '../../gossip/wire/tags.ts';
import { GossipWireError } from '../../gossip/wire/wire-error.ts';
import type { ClusterMember, Description } from './cluster/messages.ts';

/** What a controller tells the others of itself, as tags of its gossip member. */
export interface SelfDescription extends Description {
  readonly pod: string;
  readonly version: string;
  readonly raftPort: number;
  /** It could serve pods, if it led. */
  readonly canServe: boolean;
}

/** All tags have to fit into 512 bytes, and ours but the pod's name take 200 of them. */
const LONGEST_POD = 200;

export function encodeDescription(description: SelfDescription): Uint8Array {
  const { serverId, cluster, pod, version, raftPort } = description;
  const { hasData, isLeaving, canServe } = description;
  const tags: readonly (readonly [string, string | undefined])[] = [
    ['id', serverId],
    ['cluster', cluster?.id],
    ['epoch', cluster && String(cluster.epoch)],
    ['raft', String(raftPort)],
    ['pod', pod.slice(0, LONGEST_POD)],
    ['version', version],
    ['data', flag(hasData)],
    ['leaving', flag(isLeaving)],
    ['serves', flag(canServe)],
  ];
  return encodeTags(
    new Map(tags.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  );
}

function flag(is: boolean): string | undefined {
  return is ? '1' : undefined;
}

/** Undefined for a member that describes itself as nobody of ours does. */
export function describedBy(member: SerfMember): SelfDescription | undefined {
  const tags = tagsOf(member.meta);
  const raftPort = wholeNumber(tags?.get('raft'));
  if (tags === undefined || raftPort === undefined) return undefined;
  const [id, epoch] = [tags.get('cluster'), wholeNumber(tags.get('epoch'))];
  return {
    serverId: tags.get('id'),
    cluster: id === undefined || epoch === undefined ? undefined : { id, epoch },
    raftPort,
    pod: tags.get('pod') ?? '',
    version: tags.get('version') ?? '',
    hasData: tags.has('data'),
    isLeaving: tags.has('leaving'),
    canServe: tags.has('serves'),
  };
}

function tagsOf(meta: Uint8Array): ReadonlyMap<string, string> | undefined {
  try {
    return decodeTags(meta);
  } catch (error) {
    if (error instanceof GossipWireError) return undefined;
    throw error;
  }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The member as the cluster's core knows it. */
export function clusterMember(member: SerfMember): ClusterMember {
  const { node, endpoint, status } = member;
  const described = describedBy(member);
  const server = described && {
    ...described,
    raftAddress: hostPort(endpoint.host, described.raftPort),
  };
  return { node, podIp: endpoint.host, status, server };
}
