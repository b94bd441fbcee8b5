import type { KubeError } from '../../../kube/api/kube-error.ts';
import type { ClusterName } from '../../../kube/leases/cluster-lease.ts';
import type { RaftStatus } from '../../../raft/core/io.ts';
import type {
  ClusterAction,
  ClusterMember,
  ClusterReport,
  ClusterSettings,
  ClusterSight,
  Description,
  FoundingCause,
} from './messages.ts';

export interface ClusterState {
  /** The newest that is known of the Lease. Never changed, only replaced. */
  known: ClusterSight | undefined;
  /** What is known proved to be out of date: a read is due then, unless the watch is quicker. */
  readAt: number | undefined;
  /** The one request under way. */
  request: Request | undefined;
  /** How many there have been: the number of the last one. */
  requests: number;
  /** No request before that. */
  pausedUntil: number;
  failing: KubeError | undefined;
  /** Undefined: not known. */
  pods: ReadonlySet<string> | undefined;
  /** All but ourselves. */
  members: readonly ClusterMember[];
  /** What the disk held at the start, as long as nothing was opened. */
  kept: ClusterName | undefined;
  folder: Folder | undefined;
  /** Of the server that runs. */
  raft: RaftStatus | undefined;
  /** The clusters that this process has had data of, or has begun: none is begun twice. */
  readonly begun: Set<string>;
  /** Since when something has been so. */
  readonly since: Map<string, number>;
  /** When a leader objected to the last doubt. */
  objectedAt: number;
  /** The last change that was asked for. */
  asked: { readonly configurationIndex: number; readonly at: number } | undefined;
  /** Who is about to be taken out of the configuration because it goes, and since when that is known. */
  going: { readonly id: string; readonly since: number } | undefined;
  leaving: Leaving | undefined;
  hasLeft: boolean;
  described: Description | undefined;
  /** When to be woken. */
  wakeAt: number;
}

export type Folder = { readonly kind: 'opening'; readonly cluster: ClusterName } | OpenFolder;

export interface OpenFolder {
  readonly kind: 'open';
  readonly cluster: ClusterName;
  readonly serverId: string;
  /** It holds no configuration of a cluster, as far as is known. */
  readonly isEmpty: boolean;
  readonly isRunning: boolean;
}

export interface Leaving {
  readonly since: number;
  /** When the lead was last offered to another. */
  offeredAt: number;
}

export type Ask = { readonly kind: 'read' } | Write;

export type Write =
  | { readonly kind: 'object' | 'end' }
  | { readonly kind: 'mend'; readonly cluster: ClusterName }
  | { readonly kind: 'doubt'; readonly cluster: ClusterName; readonly cause: FoundingCause }
  | { readonly kind: 'found'; readonly cluster: ClusterName; readonly cause: FoundingCause };

export interface Request {
  readonly id: number;
  /** What was known then: a write changes this version, and no other. */
  readonly knew: ClusterSight | undefined;
  readonly ask: Ask;
}

/** What a transition works with: the state, what came with the input, and the actions so far. */
export interface Step {
  readonly state: ClusterState;
  readonly settings: ClusterSettings;
  /** Milliseconds, monotonic. */
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
  readonly actions: ClusterAction[];
}

export function initialState(kept: ClusterName | undefined): ClusterState {
  return {
    known: undefined,
    readAt: undefined,
    request: undefined,
    requests: 0,
    pausedUntil: 0,
    failing: undefined,
    pods: undefined,
    members: [],
    kept,
    folder: undefined,
    raft: undefined,
    begun: new Set(),
    since: new Map(),
    objectedAt: Number.NEGATIVE_INFINITY,
    asked: undefined,
    going: undefined,
    leaving: undefined,
    hasLeft: false,
    described: undefined,
    wakeAt: Number.POSITIVE_INFINITY,
  };
}

export function report({ actions }: Step, content: ClusterReport): void {
  actions.push({ kind: 'report', report: content });
}

/** Whether it is `at` already; if not, we are woken then. */
export function isDue({ state, now }: Step, at: number): boolean {
  if (now >= at) return true;
  state.wakeAt = Math.min(state.wakeAt, at);
  return false;
}

/** Whoever sees the same at the same time does not act on it at the same time. */
const JITTER_MS = 500;

/** Since when, a little later for each, it has been so; Infinity: it is not. To be asked at each step. */
export function soSince({ state, now, random }: Step, what: string, isSo: boolean): number {
  if (!isSo) {
    state.since.delete(what);
    return Number.POSITIVE_INFINITY;
  }
  const since = state.since.get(what) ?? now + JITTER_MS * random;
  state.since.set(what, since);
  return since;
}

export function isSameCluster(
  one: ClusterName | undefined,
  other: ClusterName | undefined,
): boolean {
  return one?.id === other?.id && one?.epoch === other?.epoch;
}

export function openFolder({ folder }: ClusterState): OpenFolder | undefined {
  return folder?.kind === 'open' ? folder : undefined;
}

/** Whether the server that runs leads its cluster. */
export function leads({ raft }: ClusterState): boolean {
  return raft?.role === 'leader';
}

/** Whether we know who is in our cluster, and could come back with that. */
export function hasData(state: ClusterState): boolean {
  const { folder, kept } = state;
  return folder?.kind === 'open' ? !folder.isEmpty : folder === undefined && kept !== undefined;
}
