import type { Endpoint, Message, Versions } from '../messages.ts';

/** Who we are, and how large things are on the wire. */
export interface GossipSettings extends GossipRules {
  /** Our name: no other process ever has it. */
  readonly node: string;
  /** Where others reach us, over UDP and TCP. */
  readonly endpoint: Endpoint;
  /** At most 512 bytes. */
  readonly meta: Uint8Array;
  readonly versions: Versions;
  /** Room for messages in a packet, without what label and encryption take. */
  readonly packetBytes: number;
  /** How many bytes the message is on the wire. */
  sizeOf(message: Message): number;
}

/** Times in ms; names and numbers are those of memberlist's configuration. */
export interface GossipRules {
  readonly probeEveryMs: number;
  /** After that without an ack, others are asked to ping too. */
  readonly probeTimeoutMs: number;
  readonly indirectProbes: number;
  /** A suspect has so many probe intervals to refute, and more in a large cluster. */
  readonly suspicionFactor: number;
  /** And so many times that, as long as nobody else confirms. */
  readonly suspicionMaxFactor: number;
  /** The probe interval grows up to so many times where it is we who seem to be slow. */
  readonly mostUnhealthy: number;
  readonly gossipEveryMs: number;
  readonly gossipFanOut: number;
  readonly retransmitFactor: number;
  readonly pushPullEveryMs: number;
  /** So long the dead are told too: whoever is not dead can refute. */
  readonly gossipToDeadMs: number;
  /** A dead member's name may come back from another address after that; 0: never. */
  readonly reclaimDeadAfterMs: number;
  /** Our own lateness beyond that does not count against others. */
  readonly stallMs: number;
  /** Further members are not taken in. */
  readonly mostMembers: number;
  /** Of further broadcasts, those that were sent most often are dropped. */
  readonly mostBroadcasts: number;
}

/** As memberlist's DefaultLANConfig, where that has them. */
export const LAN_RULES: GossipRules = {
  probeEveryMs: 1_000,
  probeTimeoutMs: 500,
  indirectProbes: 3,
  suspicionFactor: 4,
  suspicionMaxFactor: 6,
  mostUnhealthy: 8,
  gossipEveryMs: 200,
  gossipFanOut: 3,
  retransmitFactor: 4,
  pushPullEveryMs: 30_000,
  gossipToDeadMs: 30_000,
  reclaimDeadAfterMs: 0,
  stallMs: 200,
  mostMembers: 1_000,
  mostBroadcasts: 4_096,
};
