import type { GossipRules } from './settings.ts';
import { suspicionMs } from './timing.ts';

/**
 * A suspect has the longest time at first, and less with each other member that suspects it too: we
 * alone may be wrong (Lifeguard's dynamic suspicion timeout, as memberlist has it).
 */
export interface Suspicion {
  /** Whoever said so, the first among them. */
  readonly accusers: ReadonlySet<string>;
  /** So many more accusers bring the time down to the shortest. */
  readonly wanted: number;
  readonly since: number;
  readonly minMs: number;
  readonly maxMs: number;
}

export function suspect(
  rules: GossipRules,
  accuser: string,
  members: number,
  now: number,
): Suspicion {
  const confirmations = rules.suspicionFactor - 2;
  const minMs = suspicionMs(rules, members);
  return {
    accusers: new Set([accuser]),
    // Ourselves and the suspect cannot confirm.
    wanted: members - 2 < confirmations ? 0 : confirmations,
    since: now,
    minMs,
    maxMs: rules.suspicionMaxFactor * minMs,
  };
}

/** With one accuser more; undefined where that is nothing new, or enough have said so. */
export function confirm(suspicion: Suspicion, accuser: string): Suspicion | undefined {
  const { accusers, wanted } = suspicion;
  if (accusers.size > wanted || accusers.has(accuser)) return undefined;
  return { ...suspicion, accusers: new Set([...accusers, accuser]) };
}

/** When the suspect is taken for dead, in monotonic ms. */
export function suspicionEnd({ accusers, wanted, since, minMs, maxMs }: Suspicion): number {
  if (wanted === 0) return since + minMs;
  const share = Math.log(accusers.size) / Math.log(wanted + 1);
  return since + Math.max(minMs, Math.floor(maxMs - share * (maxMs - minMs)));
}
