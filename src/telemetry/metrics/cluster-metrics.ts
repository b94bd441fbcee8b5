import type { MetricKit } from './metric-kit.ts';

export type ClusterMetrics = ReturnType<typeof clusterMetrics>;

/**
 * Of Kubernetes, and of the controllers among themselves. What the original measured of Raft and
 * gossip keeps its names: counters stand at 0 and gauges have no sample until something measures it.
 */
export function clusterMetrics({ counter, unknownGauge }: MetricKit) {
  return {
    watchRestarts: counter(
      'watch_restarts_total',
      'Watches of pods that ended and were started anew. timeout: as the API server does every few minutes; error: broken off; expired: could not be resumed, so that all pods were listed again',
      ['cause'],
    ),
    discoveredNodes: unknownGauge(
      'kubernetes_discovered_nodes_total',
      'Controllers found by their Service; no sample until they look for each other',
    ),
    raftLeaderChanges: counter(
      'raft_leader_changes_seen_total',
      'Changes of the leader in the Raft election',
    ),
    raftNodes: unknownGauge(
      'raft_nodes_total',
      'Nodes of the Raft election; no sample without that election',
    ),
    gossipJoined: counter('gossip_nodes_joined_total', 'Nodes that joined', ['node']),
    gossipLeft: counter('gossip_nodes_left_total', 'Nodes that left', ['node']),
    gossipFailed: counter('gossip_nodes_failed_total', 'Nodes that failed', ['node']),
    gossipReaped: counter('gossip_nodes_reaped_total', 'Nodes that were given up', ['node']),
  };
}
