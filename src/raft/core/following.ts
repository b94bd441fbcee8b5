import type { AppendEntries, AppendEntriesResponse, Entry } from '../messages.ts';
import { deliver } from './committing.ts';
import { entriesBetween, type Log, lastIndexOf, termAt } from './log.ts';
import { becomeFollower, waitForElection } from './roles.ts';
import { appendEntries, cutLog, type RaftState, type Step } from './state.ts';

/** Whoever asks as a leader, in a term that is not over, is it; false: it is not. */
export function heed(step: Step, from: string, term: number): boolean {
  const { state, now } = step;
  if (term < state.term) return false;
  // There is one leader a term: whoever else says so is wrong, and must change nothing.
  if (term === state.term && state.role.kind === 'leader') return false;
  if (term === state.term && state.leader !== undefined && state.leader !== from) return false;
  becomeFollower(step, term);
  state.leader = from;
  state.heardAt = now;
  waitForElection(step);
  return true;
}

export function answerAppend(
  step: Step,
  from: string,
  request: AppendEntries,
): AppendEntriesResponse {
  const { state } = step;
  if (!isWellFormed(request) || !heed(step, from, request.term)) return refusal(state, request);
  const { prevIndex, entries } = request;
  if (!fits(state, request)) return refusal(state, request);
  const news = newEntries(state.log, entries);
  const [first] = news;
  // What is committed is never taken back: a leader that asks for it has not the whole log.
  if (first !== undefined && first.index <= state.commit) return refusal(state, request);
  if (first !== undefined && first.index <= lastIndexOf(state.log)) cutLog(step, first.index - 1);
  appendEntries(step, news);
  // Of what lies behind the last entry that was compared, nothing is known.
  deliver(step, Math.min(request.commit, prevIndex + entries.length));
  return answer(state, lastIndexOf(state.log), true);
}

function isWellFormed({ term, prevIndex, prevTerm, entries }: AppendEntries): boolean {
  let last = { index: prevIndex, term: prevTerm };
  for (const entry of entries) {
    if (entry.index !== last.index + 1 || entry.term < last.term || entry.term > term) return false;
    last = entry;
  }
  return true;
}

/** What the snapshot covers, or what comes before what is kept of the log, is committed: it agrees. */
function fits({ log }: RaftState, { prevIndex, prevTerm }: AppendEntries): boolean {
  return prevIndex < log.base.index || termAt(log, prevIndex) === prevTerm;
}

/** From the first entry on that we have not, or have of another term. */
function newEntries(log: Log, entries: readonly Entry[]): readonly Entry[] {
  const first = entries.findIndex(
    ({ index, term }) => index > log.base.index && termAt(log, index) !== term,
  );
  return first === -1 ? [] : entries.slice(first);
}

function refusal(state: RaftState, request: AppendEntries): AppendEntriesResponse {
  return answer(state, hint(state.log, request), false);
}

/** Where the leader's log and ours may agree: no entry behind it can be of a term that the leader has there. */
function hint(log: Log, { prevIndex, prevTerm }: AppendEntries): number {
  const before = Math.min(prevIndex - 1, lastIndexOf(log));
  const behindBase = entriesBetween(log, log.base.index + 1, before);
  return (
    behindBase.findLast(({ term }) => term <= prevTerm)?.index ?? Math.min(before, log.base.index)
  );
}

function answer({ term }: RaftState, lastIndex: number, success: boolean): AppendEntriesResponse {
  const at = Math.max(0, lastIndex);
  return { kind: 'append-entries', term, lastIndex: at, success, noRetryBackoff: !success };
}
