import type { ClusterName } from '../../../kube/leases/cluster-lease.ts';
import type { RaftStatus } from '../../../raft/core/io.ts';
import { leaseSays, ownCluster } from './lease-says.ts';
import {
  hasData,
  isDue,
  isSameCluster,
  type OpenFolder,
  report,
  type Step,
  soSince,
} from './state.ts';

/** Sees to it that the server that runs is one of the cluster that is to be served. */
export function serve(step: Step): void {
  const { state } = step;
  const cluster = clusterToServe(step);
  const { folder } = state;
  if (cluster === undefined || folder?.kind === 'opening' || state.leaving !== undefined) return;
  if (!isSameCluster(folder?.cluster, cluster)) return move(step, cluster);
  if (folder?.kind === 'open' && !folder.isRunning) run(step, folder);
}

/** Undefined: as it is, it stays. */
function clusterToServe(step: Step): ClusterName | undefined {
  const { state, settings } = step;
  const says = leaseSays(state);
  const behindSince = soSince(step, 'behind', says.kind === 'behind');
  switch (says.kind) {
    case 'named':
      return says.cluster;
    case 'behind':
      // Time for the leader to write it again; if there is none, the Lease has its way.
      return isDue(step, behindSince + settings.goneMs) ? says.cluster : ownCluster(state);
    case 'vacant':
      return state.folder?.cluster ?? state.kept;
    default:
      return undefined;
  }
}

function move(step: Step, cluster: ClusterName): void {
  const { state, actions } = step;
  const dropped = ownCluster(state);
  if (dropped !== undefined && !isSameCluster(dropped, cluster)) {
    report(step, { kind: 'dropped', cluster: dropped });
  }
  if (state.folder?.kind === 'open' && state.folder.isRunning) actions.push({ kind: 'stop' });
  state.raft = undefined;
  state.asked = undefined;
  // They are of the cluster before.
  state.since.clear();
  state.folder = { kind: 'opening', cluster };
  actions.push({ kind: 'open', cluster });
}

/** Who wrote the Lease begins the cluster, but not what this process has had data of before. */
function run(step: Step, folder: OpenFolder): void {
  const { state, settings, actions } = step;
  const { cluster, isEmpty } = folder;
  const lease = state.known?.lease;
  const isFounder = isSameCluster(lease?.cluster, cluster) && lease?.founder === settings.identity;
  const bootstrap = isEmpty && isFounder && !state.begun.has(nameOf(cluster));
  if (bootstrap) state.begun.add(nameOf(cluster));
  state.folder = { ...folder, isRunning: true };
  actions.push({ kind: 'run', cluster, bootstrap });
  const as = bootstrap ? 'founder' : isEmpty ? 'new' : 'returning';
  report(step, { kind: 'serving', cluster, as });
}

export function opened({ state }: Step, folder: Omit<OpenFolder, 'kind' | 'isRunning'>): void {
  const { cluster, serverId, isEmpty } = folder;
  if (!isSameCluster(state.folder?.cluster, cluster)) return;
  state.folder = { kind: 'open', cluster, serverId, isEmpty, isRunning: false };
  state.raft = undefined;
}

/** What a server says that has been stopped says nothing of the next one. */
export function takeStatus({ state }: Step, status: RaftStatus | undefined): void {
  const { folder } = state;
  if (folder?.kind !== 'open' || !folder.isRunning) return;
  state.raft = status;
  if (status === undefined || status.configuration.servers.length === 0) return;
  state.folder = { ...folder, isEmpty: false };
}

/** What a process has once had of a cluster, it does not begin, whatever becomes of its disk. */
export function rememberData({ state }: Step): void {
  const { folder } = state;
  if (folder !== undefined && hasData(state)) state.begun.add(nameOf(folder.cluster));
}

function nameOf({ id, epoch }: ClusterName): string {
  return `${id}-${epoch}`;
}
