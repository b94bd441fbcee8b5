export const MEMBER_STATES = ['alive', 'leaving', 'left', 'failed', 'unknown'] as const;
export const MEMBER_ROLES = ['leader', 'voter', 'nonvoter', 'joining'] as const;

/** The cluster as one of its controllers sees it. */
export interface MembersView {
  /** Undefined as long as it knows of none. */
  readonly cluster: string | undefined;
  readonly epoch: number | undefined;
  /** Of Raft; 0 before the first. */
  readonly term: number;
  readonly members: readonly MemberView[];
}

export interface MemberView {
  /** Of its Raft server, which it keeps with its data. */
  readonly id: string | undefined;
  /** Its name in gossip, `ip:port`. */
  readonly node: string;
  readonly pod: string | undefined;
  /** Where its Raft server listens, `host:port`. */
  readonly address: string | undefined;
  /** As gossip says; unknown of a server that gossip has not heard of. */
  readonly state: (typeof MEMBER_STATES)[number];
  readonly role: (typeof MEMBER_ROLES)[number];
  /** Whether it is the one that serves pods: it leads, and holds the Lease. */
  readonly acts: boolean;
  readonly version: string | undefined;
  /** Of the cluster whose data it has. */
  readonly epoch: number | undefined;
  /** Milliseconds since its Raft server was last heard of. Only a leader hears of all. */
  readonly lastContactMs: number | undefined;
  readonly isUs: boolean;
}
