import type { PreVoteResponse, VoteResponse } from '../messages.ts';
import { isMajority, isVoter, votersOf } from './configuration.ts';
import { becomeLeader } from './leading.ts';
import { configurationAt, lastIndexOf, lastTermOf } from './log.ts';
import { becomeFollower, takeRole, waitForElection } from './roles.ts';
import { ask, type Step } from './state.ts';

/** No leader was heard of for long enough. Whoever has no part in elections goes on waiting. */
export function beginElection(step: Step): void {
  const { state, settings } = step;
  state.leader = undefined;
  if (!mayLead(step)) {
    becomeFollower(step, state.term);
    waitForElection(step);
  } else if (settings.preVote) preCampaign(step);
  else campaign(step, { isTransfer: false });
}

/**
 * A voter, or one that was a voter until a change that may not be committed: its log may be the only
 * one that is good enough for those who are to be voters (Raft's dissertation, 4.2.2).
 */
export function mayLead({ state, settings }: Step): boolean {
  const { configuration, index } = state.configuration;
  if (isVoter(configuration, settings.id)) return true;
  if (index <= state.commit) return false;
  return isVoter(configurationAt(state.log, index - 1).configuration, settings.id);
}

function preCampaign(step: Step): void {
  const { state, settings, now, random } = step;
  const { id, heartbeatMs } = settings;
  const term = state.term + 1;
  takeRole(step, { kind: 'pre-candidate', term, votes: new Set([id]) });
  // Asking costs nothing and hinders nobody, so it is tried again soon.
  state.electionAt = now + heartbeatMs * (1 + random);
  askVoters(step, (end) => ({ kind: 'request-pre-vote', term, ...end }));
  countPreVotes(step);
}

/** A new term, and our own vote in it. */
export function campaign(step: Step, { isTransfer }: { readonly isTransfer: boolean }): void {
  const { state, settings } = step;
  state.term += 1;
  state.votedFor = settings.id;
  state.leader = undefined;
  takeRole(step, { kind: 'candidate', votes: new Set([settings.id]) });
  waitForElection(step);
  const { term } = state;
  const leadershipTransfer = isTransfer;
  askVoters(step, (end) => ({ kind: 'request-vote', term, ...end, leadershipTransfer }));
  countVotes(step);
}

function askVoters(step: Step, request: (end: LogEnd) => Parameters<typeof ask>[2]): void {
  const { state, settings } = step;
  const end = { lastIndex: lastIndexOf(state.log), lastTerm: lastTermOf(state.log) };
  for (const voter of votersOf(state.configuration.configuration)) {
    if (voter.id !== settings.id) ask(step, voter, request(end));
  }
}

interface LogEnd {
  readonly lastIndex: number;
  readonly lastTerm: number;
}

export function takePreVote(step: Step, from: string, { term, granted }: PreVoteResponse): void {
  const { role } = step.state;
  if (role.kind !== 'pre-candidate') return;
  // The term that we proposed comes back with a grant; a later one is news.
  if (term > role.term) return becomeFollower(step, term);
  if (!granted) return;
  role.votes.add(from);
  countPreVotes(step);
}

function countPreVotes(step: Step): void {
  const { role, configuration } = step.state;
  if (role.kind !== 'pre-candidate') return;
  if (isMajority(configuration.configuration, role.votes)) campaign(step, { isTransfer: false });
}

export function takeVote(step: Step, from: string, { term, granted }: VoteResponse): void {
  const { role } = step.state;
  if (role.kind !== 'candidate') return;
  if (term > step.state.term) return becomeFollower(step, term);
  if (term < step.state.term) return;
  if (!granted) return tryAgainSoon(step);
  role.votes.add(from);
  countVotes(step);
}

/**
 * Two began at the same time, as they do whom a leader's end is told of, and neither may win: they
 * need not wait as long as for a leader's silence. Without pre-votes each try would disturb a winner.
 */
function tryAgainSoon({ state, settings, now, random }: Step): void {
  if (!settings.preVote) return;
  state.electionAt = Math.min(state.electionAt, now + settings.heartbeatMs * (1 + random));
}

function countVotes(step: Step): void {
  const { role, configuration } = step.state;
  if (role.kind !== 'candidate') return;
  if (isMajority(configuration.configuration, role.votes)) becomeLeader(step);
}
