import type { RaftSettings, RaftStatus } from './io.ts';
import { quorumEndsAt } from './leading.ts';
import { lastIndexOf } from './log.ts';
import { refusalOf } from './membership.ts';
import type { Leading, RaftState } from './state.ts';

export function statusOf(state: RaftState, settings: RaftSettings): RaftStatus {
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
    leadsUntil: role.kind === 'leader' ? leadsUntil(state, settings, role) : undefined,
    peers: role.kind === 'leader' ? peersOf(role) : [],
  };
}

function leadsUntil(
  state: RaftState,
  settings: RaftSettings,
  leading: Leading,
): RaftStatus['leadsUntil'] {
  const isReady = state.commit >= leading.firstIndex;
  const isGoing = leading.transfer?.isAsked === true;
  return isReady && !isGoing ? quorumEndsAt({ state, settings }, leading) : undefined;
}

function peersOf({ peers }: Leading): RaftStatus['peers'] {
  return [...peers].map(([id, { match, contactAt }]) => ({ id, match, contactAt }));
}
