import type {
  PreVoteResponse,
  RequestPreVote,
  RequestVote,
  TimeoutNowResponse,
  VoteResponse,
} from '../messages.ts';
import { campaign, mayLead } from './campaigning.ts';
import { lastIndexOf, lastTermOf } from './log.ts';
import { becomeFollower, waitForElection } from './roles.ts';
import type { RaftState, Step } from './state.ts';

/**
 * One vote a term, for a log that is not behind ours. Who asks need not be a voter as far as we know:
 * a change that we have not seen may have made it one, and without our vote nobody might be elected.
 * What has been removed cannot disturb: while a leader is heard of, nobody is listened to but those
 * whom it has asked to take over.
 */
export function answerVote(step: Step, from: string, request: RequestVote): VoteResponse {
  const { state } = step;
  if (!request.leadershipTransfer && hasLeader(step, from)) return vote(state, false);
  if (request.term > state.term) becomeFollower(step, request.term);
  const isFree = state.votedFor === undefined || state.votedFor === from;
  const granted = request.term === state.term && isFree && isUpToDate(state, request);
  if (!granted) return vote(state, false);
  state.votedFor = from;
  waitForElection(step);
  return vote(state, true);
}

function vote({ term }: RaftState, granted: boolean): VoteResponse {
  return { kind: 'request-vote', term, granted };
}

/** Changes nothing: neither term nor timers. */
export function answerPreVote(step: Step, from: string, request: RequestPreVote): PreVoteResponse {
  const { state } = step;
  const granted =
    request.term >= state.term && !hasLeader(step, from) && isUpToDate(state, request);
  return { kind: 'request-pre-vote', term: granted ? request.term : state.term, granted };
}

function hasLeader({ state, settings, now }: Step, from: string): boolean {
  if (state.role.kind === 'leader') return true;
  if (state.leader === undefined || state.leader === from) return false;
  return now < state.heardAt + settings.electionMinMs;
}

/** At least as good a log as ours: by the term of its end, then by its length (Raft, 5.4.1). */
function isUpToDate(
  { log }: RaftState,
  { lastIndex, lastTerm }: { readonly lastIndex: number; readonly lastTerm: number },
): boolean {
  if (lastTerm !== lastTermOf(log)) return lastTerm > lastTermOf(log);
  return lastIndex >= lastIndexOf(log);
}

/** The leader hands over to us; nobody else can ask for that. */
export function answerTimeoutNow(step: Step, from: string): TimeoutNowResponse {
  if (step.state.leader === from && mayLead(step)) campaign(step, { isTransfer: true });
  return { kind: 'timeout-now' };
}
