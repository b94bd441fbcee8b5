import type { MetricKit } from './metric-kit.ts';

export type ClusterMetrics = ReturnType<typeof clusterMetrics>;

/**
 * Of Kubernetes, and of the controllers among themselves. What the original measured of Raft keeps
 * its names whatever elects the leader; gossip's counters stand at 0 where there is no gossip, and
 * what only the Raft election has, has no sample with another.
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
      'Controllers found by their Service, ready or not, this one included',
    ),
    raftLeaderChanges: counter(
      'raft_leader_changes_seen_total',
      'Times that this controller saw another leader than before, the first one included',
    ),
    raftNodes: unknownGauge(
      'raft_nodes_total',
      'Controllers that take part in the election, as far as this one knows',
    ),
    gossipJoined: counter('gossip_nodes_joined_total', 'Nodes that joined', ['node']),
    gossipLeft: counter('gossip_nodes_left_total', 'Nodes that left', ['node']),
    gossipFailed: counter('gossip_nodes_failed_total', 'Nodes that failed', ['node']),
    gossipReaped: counter('gossip_nodes_reaped_total', 'Nodes that were given up', ['node']),
    epoch: unknownGauge(
      'cluster_epoch',
      'Epoch of the Raft cluster that this controller takes part in; it grows each time that the quorum of the one before was lost for good',
    ),
    raftTerm: unknownGauge('raft_term', "Raft's term, as this controller knows it"),
    raftVoters: unknownGauge('raft_voters', 'Controllers that vote in Raft, as this one knows'),
    raftLeading: unknownGauge(
      'raft_leading',
      'Whether this controller leads the Raft cluster (1); it acts once it holds the Lease, too',
    ),
    dropped: counter(
      'cluster_dropped_total',
      'What came over the ports of gossip and Raft, and was dropped. unreadable, label and stranger: from somebody without a key of the cluster, or of another one; replayed: the very same came before; late and cut: not all of it came; the others: no message that there is',
      ['protocol', 'reason'],
    ),
  };
}
