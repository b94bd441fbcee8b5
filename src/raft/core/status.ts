import type { RaftStatus } from './io.ts';
import { lastIndexOf } from './log.ts';
import { refusalOf } from './membership.ts';
import type { RaftState } from './state.ts';

export function statusOf(state: RaftState): RaftStatus {
  const { term, role, leader, heardAt, commit, log, configuration } = state;
  const isFollowing = role.kind === 'follower' && leader !== undefined;
  return {
    term,
    role: role.kind,
    leader,
    heardAt: isFollowing ? heardAt : undefined,
    commit,
    lastIndex: lastIndexOf(log),
    snapshotIndex: log.snapshot?.lastIndex ?? 0,
    configuration: configuration.configuration,
    configurationIndex: configuration.index,
    canChange: refusalOf(state) === undefined,
    transferTo: role.kind === 'leader' ? role.transfer?.to : undefined,
    peers: role.kind === 'leader' ? peersOf(role) : [],
  };
}

function peersOf({ peers }: Extract<RaftState['role'], { kind: 'leader' }>): RaftStatus['peers'] {
  return [...peers].map(([id, { match, contactAt }]) => ({ id, match, contactAt }));
}
