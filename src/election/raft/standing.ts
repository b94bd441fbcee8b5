import type { ClusterName } from '../../kube/leases/cluster-lease.ts';
import type { LeaseClaim } from '../../kube/leases/kube-lease.ts';
import type { RaftStatus } from '../../raft/core/io.ts';

/** What decides whether this controller stands for the Lease. Times are ms, monotonic. */
export interface Situation {
  readonly canServe: boolean;
  readonly cluster: ClusterName | undefined;
  readonly status: RaftStatus | undefined;
  /** When its last write of the Lease that succeeded was answered. */
  readonly heldAt: number | undefined;
  /** The voters among the others that could serve pods, as they say. */
  readonly heirs: readonly string[];
}

export type Standing =
  | { readonly kind: 'sit' }
  | { readonly kind: 'stand'; readonly claim: LeaseClaim }
  /** Another is to lead: this one cannot serve, or cannot hold the Lease. */
  | { readonly kind: 'transfer'; readonly to: string };

/** Decides it anew each time, from what is so. */
export interface StandingPolicy {
  decide(situation: Situation, now: number): Standing;
  /** When to decide again, if nothing comes before. */
  nextWake(): number | undefined;
}

/** A leader that is not able to hold the Lease lets another try after this, and after twice as long the next time. */
const PATIENCE_MS = 2_500;
const MOST_PATIENCE_MS = 40_000;

/**
 * A Raft leader stands for the Lease; one that cannot serve pods, or is unable to write the Lease though
 * it leads, hands the lead to one that may. Without that, a leader whose way to the API server is cut
 * would keep the lead for ever, and nobody would act (S43).
 */
export function standingPolicy(): StandingPolicy {
  let leading: { readonly term: number; readonly since: number } | undefined;
  let patienceMs = PATIENCE_MS;
  let wakeAt: number | undefined;
  return {
    decide(situation, now) {
      const { status, cluster, canServe, heldAt } = situation;
      wakeAt = undefined;
      if (status?.leadsUntil === undefined || cluster === undefined || status.leadsUntil <= now) {
        leading = undefined;
        return { kind: 'sit' };
      }
      if (leading?.term !== status.term) leading = { term: status.term, since: now };
      const heir = heirOf(situation, status);
      if (!canServe) return heir === undefined ? { kind: 'sit' } : { kind: 'transfer', to: heir };
      if (heldAt !== undefined && heldAt > leading.since) patienceMs = PATIENCE_MS;
      const until = Math.max(leading.since, heldAt ?? 0) + patienceMs;
      if (now >= until && heir !== undefined) {
        patienceMs = Math.min(2 * patienceMs, MOST_PATIENCE_MS);
        leading = { term: status.term, since: now };
        return { kind: 'transfer', to: heir };
      }
      wakeAt = until > now ? until : now + PATIENCE_MS;
      const { id, epoch } = cluster;
      return { kind: 'stand', claim: { cluster: id, epoch, term: status.term } };
    },
    nextWake: () => wakeAt,
  };
}

/** Whoever is furthest of those who could serve. */
function heirOf({ heirs }: Situation, { peers }: RaftStatus): string | undefined {
  const able = peers.filter(({ id }) => heirs.includes(id));
  return able.sort((one, other) => other.match - one.match || other.contactAt - one.contactAt)[0]
    ?.id;
}
