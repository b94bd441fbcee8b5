import type { GossipRules } from './settings.ts';

/** Up to so many members the push/pull interval does not grow. */
const PUSH_PULL_SCALE_FROM = 32;

/** How long a suspect of a cluster of `members` has at least, in ms (memberlist, suspicionTimeout). */
export function suspicionMs(rules: GossipRules, members: number): number {
  const scale = Math.max(1, Math.log10(Math.max(1, members)));
  return (rules.suspicionFactor * Math.floor(scale * 1_000) * rules.probeEveryMs) / 1_000;
}

/** How often a broadcast is sent in a cluster of `members` (memberlist, retransmitLimit). */
export function retransmits(rules: GossipRules, members: number): number {
  return rules.retransmitFactor * Math.ceil(Math.log10(members + 1));
}

/** Time from push/pull to push/pull in ms: a large cluster has more of them (memberlist, pushPullScale). */
export function pushPullMs(rules: GossipRules, members: number): number {
  if (members <= PUSH_PULL_SCALE_FROM) return rules.pushPullEveryMs;
  const factor = Math.ceil(Math.log2(members) - Math.log2(PUSH_PULL_SCALE_FROM)) + 1;
  return factor * rules.pushPullEveryMs;
}
