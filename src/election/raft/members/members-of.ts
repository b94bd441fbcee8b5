import type { SerfMember } from '../../../gossip/serf/surface.ts';
import type { ClusterName } from '../../../kube/leases/cluster-lease.ts';
import type { LeaseClaim } from '../../../kube/leases/kube-lease.ts';
import type { RaftStatus } from '../../../raft/core/io.ts';
import type { ServerInfo } from '../../../raft/messages.ts';
import { clusterMember, describedBy } from '../self-description.ts';
import type { MembersView, MemberView } from './members-view.ts';

export interface MembersFacts {
  /** All that gossip knows of, ourselves first. */
  readonly gossip: readonly SerfMember[];
  /** Of our own Raft server; undefined while none runs. */
  readonly status: RaftStatus | undefined;
  readonly cluster: ClusterName | undefined;
  /** Our own server's. */
  readonly serverId: string | undefined;
  /** What whoever holds the Lease claims. */
  readonly claim: LeaseClaim | undefined;
  /** Milliseconds, monotonic. */
  readonly now: number;
}

/** Whoever gossip knows of, and the servers of the configuration that it does not. */
export function membersView(facts: MembersFacts): MembersView {
  const { gossip, status, cluster } = facts;
  const servers = new Map(status?.configuration.servers.map((server) => [server.id, server]));
  const known = gossip.map((member) => ofMember(facts, servers, member));
  const ids = new Set(known.map(({ id }) => id));
  const unknown = [...servers.values()].filter(({ id }) => !ids.has(id));
  return {
    cluster: cluster?.id,
    epoch: cluster?.epoch,
    term: status?.term ?? 0,
    members: [...known, ...unknown.map((server) => ofServer(facts, server))],
  };
}

function ofMember(
  facts: MembersFacts,
  servers: ReadonlyMap<string, ServerInfo>,
  member: SerfMember,
): MemberView {
  const isUs = member === facts.gossip[0];
  const described = describedBy(member);
  const id = isUs ? facts.serverId : described?.serverId;
  return {
    id,
    node: member.node,
    pod: described?.pod || undefined,
    address: clusterMember(member).server?.raftAddress,
    state: member.status,
    role: roleOf(facts, id === undefined ? undefined : servers.get(id)),
    acts: isActing(facts, id),
    version: described?.version || undefined,
    epoch: described?.cluster?.epoch,
    lastContactMs: isUs ? 0 : contactOf(facts, id),
    isUs,
  };
}

function ofServer(facts: MembersFacts, server: ServerInfo): MemberView {
  const { id, address } = server;
  return {
    id,
    node: '',
    pod: undefined,
    address,
    state: 'unknown',
    role: roleOf(facts, server),
    acts: isActing(facts, id),
    version: undefined,
    epoch: facts.cluster?.epoch,
    lastContactMs: contactOf(facts, id),
    isUs: false,
  };
}

function roleOf({ status }: MembersFacts, server: ServerInfo | undefined): MemberView['role'] {
  if (server === undefined) return 'joining';
  return server.id === status?.leader ? 'leader' : server.suffrage;
}

/** The leader of the term in whose name the Lease is held. */
function isActing({ status, cluster, claim }: MembersFacts, id: string | undefined): boolean {
  if (id === undefined || status?.leader !== id) return false;
  const isOurs = claim?.cluster === cluster?.id && claim?.epoch === cluster?.epoch;
  return isOurs && claim?.term === status.term;
}

function contactOf({ status, now }: MembersFacts, id: string | undefined): number | undefined {
  if (status === undefined || id === undefined) return undefined;
  const at =
    status.role === 'leader'
      ? status.peers.find((peer) => peer.id === id)?.contactAt
      : status.leader === id
        ? status.heardAt
        : undefined;
  return at === undefined ? undefined : Math.max(0, Math.round(now - at));
}
