import type { KubeError } from '../../../kube/api/kube-error.ts';
import type {
  ClusterLease,
  ClusterLeaseChange,
  ClusterName,
} from '../../../kube/leases/cluster-lease.ts';
import type { LeaseSight } from '../../../kube/leases/kube-lease.ts';
import type { Change, RaftStatus } from '../../../raft/core/io.ts';
import type { LeaseAnswer, LeaseRequest } from '../../carry-out.ts';

/** Times are milliseconds on this machine's monotonic clock. */
export interface ClusterSettings {
  /** Who we are: another one for each process, so that what it says in the Lease is ours for certain. */
  readonly identity: string;
  /** Our name in gossip. */
  readonly node: string;
  readonly podIp: string;
  /** Where our Raft server is reached, `host:port`. */
  readonly raftAddress: string;
  /** A random UUID. */
  readonly newClusterId: () => string;
  /** So long after something new was learnt, whoever finds no cluster waits to hear of one by gossip. */
  readonly meetMs: number;
  /** So long a server with data waits for a leader where there is no Lease, before it begins another cluster. */
  readonly vacantMs: number;
  /** So long a pod must be gone, or a cluster without a majority, to be taken for lost. */
  readonly goneMs: number;
  /** So long nobody with data may be heard of, where there are pods that say nothing. */
  readonly noDataMs: number;
  /** So long a cluster may have no leader, for whatever reason. */
  readonly leaderlessMs: number;
  /** So long nobody doubts what was objected to. */
  readonly objectedMs: number;
  /** So long, of all that, whoever leads nevertheless has to object. */
  readonly doubtMs: number;
  /** A request that failed is made again after that. */
  readonly retryMs: number;
  /** Leaving in order takes so long at most. */
  readonly leaveMs: number;
}

export const DEFAULT_CLUSTER_TIMES = {
  meetMs: 1_000,
  vacantMs: 5_000,
  goneMs: 10_000,
  noDataMs: 30_000,
  leaderlessMs: 60_000,
  objectedMs: 30_000,
  doubtMs: 3_000,
  retryMs: 200,
  leaveMs: 2_000,
} as const;

/** What is known of the Lease at a moment that the API server has shown. */
export type ClusterSight = LeaseSight<ClusterLease>;

/** Another member of the gossip, as its tags describe it. */
export interface ClusterMember {
  /** Its name in gossip. */
  readonly node: string;
  readonly podIp: string;
  readonly status: 'alive' | 'leaving' | 'left' | 'failed';
  /** Undefined where it has said nothing that makes sense. */
  readonly server: MemberServer | undefined;
}

export interface MemberServer extends Description {
  readonly raftAddress: string;
}

/** What all are to know of us: `describe` says it whenever it changes. */
export interface Description {
  /** Undefined until it has opened its folder. */
  readonly serverId: string | undefined;
  /** The cluster that it takes part in, or waits to be taken into. */
  readonly cluster: ClusterName | undefined;
  /** It has the cluster's configuration: others may come back with its help. */
  readonly hasData: boolean;
  /** It is about to go in order, and is not to be given anything to do. */
  readonly isLeaving: boolean;
}

/** What has happened since the last step. `request` says which request it answers. */
export type ClusterInput =
  /** The time has come that `nextWake` named. While a server runs, its status is to come just before. */
  | { readonly kind: 'wake' }
  /** The watch, or the list that it began with; it may be older than what a write told. */
  | { readonly kind: 'seen'; readonly sight: ClusterSight }
  | LeaseAnswer<ClusterLease>
  /** The addresses that the Service leads to, ready or not; undefined: they cannot be known. */
  | { readonly kind: 'pods'; readonly ips: readonly string[] | undefined }
  /** All that gossip knows of; ourselves may be among them. */
  | { readonly kind: 'members'; readonly members: readonly ClusterMember[] }
  /**
   * The folder that was asked for is open; `isEmpty`: there is no configuration of a cluster in it.
   * Also when it had to be opened anew, after its disk had failed: `run` is asked for again then.
   */
  | {
      readonly kind: 'opened';
      readonly cluster: ClusterName;
      readonly serverId: string;
      readonly isEmpty: boolean;
    }
  /** Of the server that is to run, whenever it has changed; undefined: it does not run for now. */
  | { readonly kind: 'raft'; readonly status: RaftStatus | undefined }
  /** Leave in order: `left` follows. */
  | { readonly kind: 'leave' };

/** What is to be done, in this order. */
export type ClusterAction =
  | LeaseRequest<ClusterLeaseChange>
  /** Open the folder of this cluster, or begin it, and delete those of all others; `opened` answers. */
  | { readonly kind: 'open'; readonly cluster: ClusterName }
  /** Run a Raft server on what was opened; `bootstrap`: it is the first one, and its own only voter. */
  | { readonly kind: 'run'; readonly cluster: ClusterName; readonly bootstrap: boolean }
  /** The Raft server that runs has no part in anything any more: end it, and close its folder. */
  | { readonly kind: 'stop' }
  /** Ask the Raft server for it; whatever it answers, its status tells what has become of it. */
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'transfer'; readonly to: string }
  | { readonly kind: 'describe'; readonly description: Description }
  /** Nobody needs us any more, or there is no more time: stop the Raft server, then leave the gossip. */
  | { readonly kind: 'left' }
  | { readonly kind: 'report'; readonly report: ClusterReport };

/**
 * Why a cluster is begun. none: there is no cluster · ended: all had left · leaderless: there is no
 * Lease, and no leader that writes it again · quorum-lost: a majority of the voters is gone for good,
 * or cannot agree · data-lost: nobody has any
 */
export type FoundingCause = 'none' | 'ended' | 'leaderless' | 'quorum-lost' | 'data-lost';

/** What people may want to know of the cluster. */
export type ClusterReport =
  | { readonly kind: 'founding'; readonly cluster: ClusterName; readonly cause: FoundingCause }
  /** It takes part in this cluster, as its first server, with data of before, or as a new server. */
  | {
      readonly kind: 'serving';
      readonly cluster: ClusterName;
      readonly as: 'founder' | 'returning' | 'new';
    }
  /** Its data were of another cluster than the one that the Lease names, and are of no use any more. */
  | { readonly kind: 'dropped'; readonly cluster: ClusterName }
  | { readonly kind: 'doubting'; readonly cluster: ClusterName; readonly cause: FoundingCause }
  /** Somebody takes our cluster for lost, though we lead it. */
  | { readonly kind: 'objecting'; readonly doubter: string | undefined }
  /** The Lease does not name the cluster that we lead: it is written again. */
  | { readonly kind: 'mending'; readonly cluster: ClusterName }
  | { readonly kind: 'changing'; readonly change: Change }
  /** It was the last one: the Lease says so. */
  | { readonly kind: 'ending'; readonly cluster: ClusterName | undefined }
  /** Reads or writes fail otherwise than before; told once for each kind of error. */
  | { readonly kind: 'failing'; readonly error: KubeError }
  | { readonly kind: 'recovered' };
