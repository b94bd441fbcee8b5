import type { RaftStatus } from '../../../src/raft/core/io.ts';

/** What a Raft server says of itself that has just begun, but for what is given. */
export function aRaftStatus(but: Partial<RaftStatus> = {}): RaftStatus {
  return {
    term: 1,
    role: 'follower',
    leader: undefined,
    heardAt: undefined,
    commit: 0,
    lastIndex: 0,
    snapshotIndex: 0,
    configuration: { servers: [] },
    configurationIndex: 0,
    canChange: false,
    transferTo: undefined,
    leadsUntil: undefined,
    peers: [],
    ...but,
  };
}
