import { createSerf, type Serf } from '../serf/serf.ts';
import { packetOverhead } from '../wire/packet.ts';
import { serfCodec } from './codec.ts';
import { sizeOf } from './fitting.ts';
import type { GossipNodeParts } from './parts.ts';
import { NODE_RULES, type NodeRules, VERSIONS } from './rules.ts';
import type { Sealing } from './sealing.ts';

/** memberlist's, which fits into every network's packets. */
const UDP_BYTES = 1_400;
/** memberlist's MetaMaxSize. */
const LONGEST_META = 512;

export interface Member {
  readonly serf: Serf;
  readonly rules: NodeRules;
  /** Room for messages in a packet. */
  readonly packetBytes: number;
}

/** The core that decides, and the rules by which it does. */
export function newMember(parts: GossipNodeParts, seals: Sealing): Member {
  const { node, endpoint, meta, clock, random, report } = parts;
  const rules = { ...NODE_RULES, ...parts.rules };
  const packetBytes = UDP_BYTES - packetOverhead(seals.envelope());
  const own = { node, endpoint, meta, versions: VERSIONS };
  const gossip = { ...rules, ...own, packetBytes, sizeOf };
  const serf = createSerf({ ...rules, gossip, codec: serfCodec(report) }, clock.now(), random);
  return { serf, rules, packetBytes };
}

/** @throws RangeError for more than any member takes */
export function requireShort({ length }: Uint8Array): void {
  if (length > LONGEST_META) {
    throw new RangeError(`a meta of ${length} bytes, more than ${LONGEST_META}`);
  }
}
