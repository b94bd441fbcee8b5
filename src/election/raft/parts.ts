import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { GossipNode } from '../../gossip/node/gossip-node.ts';
import type { SerfChange, SerfMember } from '../../gossip/serf/surface.ts';
import type { ClusterName } from '../../kube/leases/cluster-lease.ts';
import type { ClusterLeasesApi } from '../../kube/leases/cluster-leases-api.ts';
import type { LeaseClaim } from '../../kube/leases/kube-lease.ts';
import type { RaftNode } from '../../raft/node/raft-node.ts';
import type { LeaseElection } from '../lease/runner.ts';
import type { ClusterSettings } from './cluster/messages.ts';
import type { NodeRun, RaftHostParts } from './raft-host.ts';
import type { RaftElectionReport } from './reports.ts';

export interface RaftElectionParts {
  readonly settings: RaftElectionSettings;
  /** The newest cluster that there are data of on the disk. */
  readonly kept: ClusterName | undefined;
  /** The Lease that says which cluster is the cluster. */
  readonly api: ClusterLeasesApi;
  /** The Lease that whoever acts holds. */
  readonly startFence: (hooks: FenceHooks) => LeaseElection;
  readonly startGossip: (hooks: GossipHooks) => Promise<GossipNode>;
  readonly open: RaftHostParts['open'];
  /** `changed`: the server's status is worth another look. */
  readonly startNode: (run: NodeRun, changed: () => void) => Promise<RaftNode>;
  /** Tells the addresses of the pods that the Service leads to, whenever they may have changed. */
  readonly followPods: (see: (ips: readonly string[]) => void) => Disposable;
  readonly report: (report: RaftElectionReport) => void;
  readonly clock: Clock;
  readonly random: Random;
}

export interface RaftElectionSettings extends ClusterSettings {
  readonly pod: string;
  readonly version: string;
  readonly raftPort: number;
  readonly gossipPort: number;
}

export interface FenceHooks {
  readonly mayAct: (now: number) => boolean;
  /** The process is gone that holds the Lease by this claim, as its peer port says. */
  readonly onMissed: (claim: LeaseClaim) => void;
  /** A write that holds the Lease was answered. */
  readonly held: () => void;
}

export interface GossipHooks {
  readonly meta: Uint8Array;
  readonly member: (change: SerfChange, member: SerfMember) => void;
}
