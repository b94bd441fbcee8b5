/** How much is taken of a peer, so that no peer can have all memory. */
export interface WireLimits {
  /** Of one message; what a leader sends at once must fit. */
  readonly messageBytes: number;
  /** Of the data of a snapshot. */
  readonly snapshotBytes: number;
}

/** Many times what this program's own cluster ever sends. */
export const WIRE_LIMITS: WireLimits = {
  messageBytes: 4 * 1_024 * 1_024,
  snapshotBytes: 64 * 1_024 * 1_024,
};
