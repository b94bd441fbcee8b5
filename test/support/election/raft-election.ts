import { DEFAULT_CLUSTER_TIMES } from '../../../src/election/raft/cluster/messages.ts';
import type {
  FenceHooks,
  GossipHooks,
  RaftElectionParts,
} from '../../../src/election/raft/parts.ts';
import type { NodeRun } from '../../../src/election/raft/raft-host.ts';
import type { RaftElectionReport } from '../../../src/election/raft/reports.ts';
import { startRaftElection } from '../../../src/election/raft/runner.ts';
import {
  describedBy,
  encodeDescription,
  type SelfDescription,
} from '../../../src/election/raft/self-description.ts';
import type { GossipNode } from '../../../src/gossip/node/gossip-node.ts';
import type { SerfChange, SerfMember } from '../../../src/gossip/serf/surface.ts';
import type { ClusterLease, ClusterLeaseChange } from '../../../src/kube/leases/cluster-lease.ts';
import type { ClusterLeasesApi } from '../../../src/kube/leases/cluster-leases-api.ts';
import type { LeaseClaim } from '../../../src/kube/leases/kube-lease.ts';
import type { RaftStatus } from '../../../src/raft/core/io.ts';
import type { RaftNode } from '../../../src/raft/node/raft-node.ts';
import { NOTHING_KEPT } from '../../../src/raft/storage/kept-state.ts';
import type { CheckState } from '../../../src/telemetry/health/check.ts';
import { virtualClock } from '../virtual-clock.ts';
import { aRaftStatus } from './raft-status.ts';

export const US = '192.0.2.1';
export const OTHER = '192.0.2.2';
export const CLUSTER = { id: '4c53b5a4-7f4e-4c5c-9d4e-8d0a3f6f1a55', epoch: 2 };
/** The ids of the two servers. */
export const OURS = 'our server';
export const OTHERS = "the other's server";

const BOTH = [
  { id: OURS, address: `${US}:45679`, suffrage: 'voter' },
  { id: OTHERS, address: `${OTHER}:45679`, suffrage: 'voter' },
] as const;

/** The Lease names a cluster that this process has begun. */
export function aClusterLease(but: Partial<ClusterLease> = {}): ClusterLease {
  const lease = { uid: 'u', version: '5', cluster: CLUSTER, founder: 'us', doubter: undefined };
  return { ...lease, ...but };
}

/** Of our server, which leads another voter in term 5, and may be believed. */
export function leadingStatus(but: Partial<RaftStatus> = {}): RaftStatus {
  return aRaftStatus({
    role: 'leader',
    term: 5,
    leader: OURS,
    leadsUntil: Number.POSITIVE_INFINITY,
    configuration: { servers: BOTH },
    peers: [{ id: OTHERS, match: 0, contactAt: 0 }],
    ...but,
  });
}

/** Of our server, which follows the other. */
export function followingStatus(but: Partial<RaftStatus> = {}): RaftStatus {
  return aRaftStatus({ term: 5, leader: OTHERS, configuration: { servers: BOTH }, ...but });
}

/** The other controller, which could serve. */
export function otherMember(but: Partial<SelfDescription> = {}): SerfMember {
  const description = { serverId: OTHERS, cluster: CLUSTER, hasData: true, isLeaving: false };
  const self = { pod: 'b', version: '1', raftPort: 45_679, canServe: true };
  return aMember(OTHER, encodeDescription({ ...self, ...description, ...but }));
}

function aMember(host: string, meta: Uint8Array): SerfMember {
  return { node: `${host}:45678`, endpoint: { host, port: 45_678 }, meta, status: 'alive' };
}

type Play = ReturnType<typeof newPlay>;

function newPlay() {
  return {
    clock: virtualClock(),
    /** What it did, in words and in order. */
    did: [] as string[],
    reports: [] as RaftElectionReport[],
    fence: {
      hooks: undefined as FenceHooks | undefined,
      standing: undefined as LeaseClaim | undefined,
      state: 'ok' as CheckState,
      released: Promise.withResolvers<void>(),
    },
    gossip: {
      hooks: undefined as GossipHooks | undefined,
      /** All but ourselves. */
      others: [] as SerfMember[],
      us: aMember(US, new Uint8Array()),
    },
    raft: {
      run: undefined as NodeRun | undefined,
      status: aRaftStatus(),
      changed: () => {},
    },
    /** What the watch of the cluster's Lease shows. */
    see: (_lease: ClusterLease | undefined, _version?: string) => {},
    seePods: (_ips: readonly string[]) => {},
    /** How the API server answers. */
    answer: (_change?: ClusterLeaseChange) => Promise.resolve(aClusterLease()),
    signals: [] as AbortSignal[],
  };
}

/** An election by Raft at work, and all that it stands on, which a test plays. */
export async function raftElection(change: Partial<RaftElectionParts> = {}) {
  const play = newPlay();
  const { clock, did, gossip, raft } = play;
  const election = await startRaftElection({
    settings: {
      ...DEFAULT_CLUSTER_TIMES,
      identity: 'us',
      node: gossip.us.node,
      podIp: US,
      raftAddress: `${US}:45679`,
      newClusterId: () => CLUSTER.id,
      pod: 'a',
      version: '1',
      raftPort: 45_679,
      gossipPort: 45_678,
    },
    kept: undefined,
    api: apiOf(play),
    startFence: (hooks) => fenceOf(play, hooks),
    startGossip: async (hooks) => gossipOf(play, hooks),
    open: async ({ epoch }) => {
      did.push(`open ${epoch}`);
      return {
        serverId: OURS,
        restored: NOTHING_KEPT,
        save: async () => {},
        close: async () => {},
      };
    },
    startNode: async (run, changed) => nodeOf(play, run, changed),
    followPods(see) {
      play.seePods = see;
      return closing(play, 'pods');
    },
    report: (report) => play.reports.push(report),
    clock,
    random: () => 0,
    ...change,
  });
  return {
    ...play,
    play,
    election,
    settle: () => clock.advanceAsync(0),
    described: () => describedBy(gossip.us),
    /** Gossip knows these others from now on. */
    async meet(change: SerfChange, ...others: readonly SerfMember[]) {
      gossip.others.splice(0, gossip.others.length, ...others);
      for (const member of others) gossip.hooks?.member(change, member);
      await clock.advanceAsync(0);
    },
    /** The Raft server is like this from now on. */
    async become(status: RaftStatus) {
      raft.status = status;
      raft.changed();
      await clock.advanceAsync(0);
    },
    ofKind: (kind: RaftElectionReport['kind']) =>
      play.reports.filter((report) => report.kind === kind),
  };
}

/** As `raftElection`, and a server of the cluster runs that the Lease names. */
export async function runningElection(change: Partial<RaftElectionParts> = {}) {
  const rig = await raftElection(change);
  rig.play.see(aClusterLease());
  await rig.settle();
  rig.did.length = 0;
  return rig;
}

function apiOf(play: Play): ClusterLeasesApi {
  const ask = (what: string, signal: AbortSignal, change?: ClusterLeaseChange) => {
    play.did.push(what);
    play.signals.push(signal);
    return play.answer(change);
  };
  return {
    read: (signal) => ask('read', signal),
    create: (change, signal) => ask('create', signal, change),
    update: ({ version }, change, signal) => ask(`update ${version}`, signal, change),
    follow(see) {
      play.see = (lease, version = lease?.version ?? '1') => see({ version, lease });
      return closing(play, 'watch');
    },
  };
}

function fenceOf({ did, fence }: Play, hooks: FenceHooks) {
  fence.hooks = hooks;
  return {
    leader: () => undefined,
    claim: () => fence.standing,
    check: { name: 'election', state: () => fence.state },
    stand(claim?: LeaseClaim) {
      if (fence.standing?.term !== claim?.term) did.push(`stand in term ${claim?.term}`);
      fence.standing = claim;
    },
    sit() {
      if (fence.standing !== undefined) did.push('sit');
      fence.standing = undefined;
    },
    handOver() {
      did.push('hand the Lease over');
      return fence.released.promise;
    },
    stop: () => void did.push('stop the fence'),
  };
}

function gossipOf({ did, gossip }: Play, hooks: GossipHooks): GossipNode {
  gossip.hooks = hooks;
  const describe = (meta: Uint8Array) => {
    gossip.us = { ...gossip.us, meta };
  };
  describe(hooks.meta);
  return {
    members: () => [gossip.us, ...gossip.others],
    join: ({ host }) => void did.push(`join ${host}`),
    describe(meta) {
      describe(meta);
      if (describedBy(gossip.us)?.isLeaving) did.push('say that it leaves');
    },
    remove() {},
    leave: async () => void did.push('leave the gossip'),
    [Symbol.dispose]: () => void did.push('end the gossip'),
  };
}

function nodeOf({ did, raft }: Play, run: NodeRun, changed: () => void): RaftNode {
  did.push(`run ${run.cluster.epoch}${run.bootstrap ? ' as founder' : ''}`);
  raft.run = run;
  raft.changed = changed;
  return {
    id: run.storage.serverId,
    status: () => raft.status,
    change(change) {
      did.push(`${change.kind} ${change.id}`);
      return { kind: 'begun' };
    },
    transfer(to) {
      did.push(`transfer to ${to}`);
      return { kind: 'begun' };
    },
    missLeader: (leader) => void did.push(`miss ${leader}`),
    stop: async () => void did.push('stop the server'),
  };
}

function closing({ did }: Play, what: string): Disposable {
  return { [Symbol.dispose]: () => void did.push(`close the ${what}`) };
}
