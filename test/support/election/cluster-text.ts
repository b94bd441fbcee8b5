import assert from 'node:assert/strict';
import type { ClusterMember, ClusterSight } from '../../../src/election/raft/cluster/messages.ts';
import type { ClusterLease, ClusterName } from '../../../src/kube/leases/cluster-lease.ts';
import type { RaftStatus } from '../../../src/raft/core/io.ts';
import type { ServerInfo } from '../../../src/raft/messages.ts';
import { option } from './script-words.ts';

/** Each name stands for a pod, a server and a gossip member; `us` is the first. */
const NAMES = ['us', 'b', 'c', 'd', 'e', 'f', 'g'];

export function ipOf(pod: string): string {
  const number = Number.isNaN(Number(pod)) ? NAMES.indexOf(pod) + 1 : Number(pod);
  assert.ok(number > 0, `there is no pod ${pod}`);
  return `10.0.0.${number}`;
}

export function addressOf(pod: string): string {
  return `${ipOf(pod)}:1`;
}

/** `A.2` is the second epoch of cluster A; `-`: none. */
export function toCluster(text: string): ClusterName | undefined {
  const [id = '', epoch] = text.split('.');
  return epoch === undefined ? undefined : { id, epoch: Number(epoch) };
}

export function clusterText(cluster: ClusterName | undefined): string {
  return cluster === undefined ? 'none' : `${cluster.id}.${cluster.epoch}`;
}

export function toSight([version = '', ...words]: readonly string[]): ClusterSight {
  if (words[0] === 'absent') return { version, lease: undefined };
  return { version, lease: toLease([version, ...words]) };
}

/** `5 A.1 by=b`, `5 A.1 by=b doubt=c`, `5 A.1 ended`, `5 damaged`. */
export function toLease([version = '', ...words]: readonly string[]): ClusterLease {
  return {
    uid: option(words, 'uid') ?? 'u',
    version,
    cluster: toCluster(words[0] ?? ''),
    founder: option(words, 'by'),
    doubter: option(words, 'doubt'),
  };
}

/** `b` is alive in no cluster, `b/A.1/data` in one, `b/A.1/leaving` goes, `?9` says nothing, `b@9` has pod 9. */
export function toMember(word: string): ClusterMember {
  const [who = '', cluster = '-', ...flags] = word.split('/');
  const [name = '', pod = name] = who.split('@');
  if (name.startsWith('?')) {
    const podIp = ipOf(name.slice(1));
    return { node: `${podIp}:0`, podIp, status: 'alive', server: undefined };
  }
  const statuses = ['left', 'failed', 'leaving'] as const;
  return {
    node: `${ipOf(pod)}:0`,
    podIp: ipOf(pod),
    status: statuses.find((status) => flags.includes(status)) ?? 'alive',
    server: {
      serverId: name,
      raftAddress: addressOf(pod),
      cluster: toCluster(cluster),
      hasData: flags.includes('data'),
      isLeaving: flags.includes('says-leaving'),
    },
  };
}

/** `leader voters=us,b nonvoters=c pending behind=c silent=b@700`, `follower of=b voters=b,us`, `follower`. */
export function toStatus([role = '', ...words]: readonly string[], now: number): RaftStatus {
  const isLeader = role === 'leader';
  const list = (name: string) => option(words, name)?.split(',') ?? [];
  const servers = [
    ...list('voters').map((word) => toServer(word, 'voter')),
    ...list('nonvoters').map((word) => toServer(word, 'nonvoter')),
  ];
  const commit = 100;
  const silent = new Map(list('silent').map((word) => word.split('@') as [string, string]));
  const peer = ({ id }: ServerInfo) => ({
    id,
    match: list('behind').includes(id) ? 10 : commit,
    contactAt: Number(silent.get(id) ?? now),
  });
  return {
    term: 1,
    role: isLeader ? 'leader' : 'follower',
    leader: isLeader ? 'us' : option(words, 'of'),
    heardAt: undefined,
    commit,
    lastIndex: commit,
    snapshotIndex: 0,
    configuration: { servers },
    configurationIndex: Number(option(words, 'index') ?? 1),
    canChange: isLeader && !words.includes('pending'),
    transferTo: option(words, 'transfer'),
    leadsUntil: isLeader ? now + 500 : undefined,
    peers: isLeader ? servers.filter(({ id }) => id !== 'us').map(peer) : [],
  };
}

function toServer(word: string, suffrage: ServerInfo['suffrage']): ServerInfo {
  const [id = '', pod = id] = word.split('@');
  return { id, address: addressOf(pod), suffrage };
}
