import { type GossipRules, LAN_RULES } from '../core/settings.ts';
import type { Versions } from '../messages.ts';
import { SERF_RULES, type SerfRules } from '../serf/surface.ts';

export interface NodeRules extends GossipRules, SerfRules {}

/** memberlist's protocol 1 to 5, of which 2 is spoken (5 adds checksums), and serf's 2 to 5, of which 4. */
export const VERSIONS: Versions = [1, 5, 2, 2, 5, 4];

/**
 * Those of memberlist and serf, but for what suits a few controllers whose addresses the Service tells:
 * - Whoever went is forgotten after 5 minutes, not after a day. Who comes back is found by the Service
 *   again, no matter what is remembered; and a rollout leaves as many behind as it replaces. It is as
 *   long as intents are remembered, so that none of them outlives whom it is about.
 * - Leaving takes 2.5 s at most, not 11: among up to 20 members each of its two messages has gone out
 *   as often as it should after 4 rounds of 200 ms, and in another half second those who were told
 *   have told the others.
 */
export const NODE_RULES: NodeRules = {
  ...LAN_RULES,
  ...SERF_RULES,
  reconnectTimeoutMs: 300_000,
  tombstoneTimeoutMs: 300_000,
  broadcastTimeoutMs: 1_000,
  leavePropagateMs: 500,
};
