import type { MetricKit } from './metric-kit.ts';

export type ElectionMetrics = ReturnType<typeof electionMetrics>;

/** Seconds, from 5 ms to the deadline of a request. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.25];

/** Of which controller acts. */
export function electionMetrics({ counter, gauge, unknownGauge, histogram }: MetricKit) {
  return {
    acting: gauge(
      'election_acting',
      'Whether this controller is the one that acts (1); over all controllers the sum is 1, and 0 for the moment of a takeover',
    ),
    leader: gauge(
      'election_leader',
      'Always 1; its label says who leads, as this controller sees it',
      ['leader'],
    ),
    leaderSince: unknownGauge(
      'election_leader_since_timestamp_seconds',
      'When this controller came to know of who leads now (Unix time)',
    ),
    terms: counter(
      'election_terms_total',
      "Terms of acting that this controller began. free: nobody held the Lease; expired: its holder had not renewed it; probe: its holder was found gone; resumed: it was this controller's still; superseded: its holder led the Raft cluster in an earlier term",
      ['cause'],
    ),
    termEnds: counter(
      'election_terms_ended_total',
      'Terms of acting that ended. lapsed: the Lease could not be renewed in time; taken: another controller holds it; deposed: this one leads the Raft cluster no more; handed-over: this one was told to stop',
      ['end'],
    ),
    renewals: histogram(
      'election_lease_renewal_seconds',
      'How long the writes took by which this controller holds the Lease',
      { buckets: BUCKETS },
    ),
  };
}
