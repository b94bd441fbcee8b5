import type { Request, Response } from '../messages.ts';
import type { KeptState } from '../storage/kept-state.ts';
import { takeAnswer, takeFailure } from './answers.ts';
import { beginElection } from './campaigning.ts';
import { votersOf } from './configuration.ts';
import { answerAppend } from './following.ts';
import type { RaftInput, RaftOutput, RaftSettings, RaftStatus } from './io.ts';
import { lead, leaderWakesAt, passTime } from './leading.ts';
import { configurationAt, lastIndexOf, restoreLog } from './log.ts';
import { change } from './membership.ts';
import { propose } from './proposing.ts';
import { waitForElection } from './roles.ts';
import { answerInstall, compact } from './snapshots.ts';
import type { Draft, RaftState, Step } from './state.ts';
import { statusOf } from './status.ts';
import { beginTransfer } from './transferring.ts';
import { answerPreVote, answerTimeoutNow, answerVote } from './voting.ts';

/**
 * One server of a Raft cluster that speaks hashicorp/raft's protocol, version 3. Pure: it is told what
 * happened and when, and says what is to be written, sent and done (docs/adr/0015).
 */
export interface Raft {
  /** `now` in monotonic milliseconds, never less than before; `random` from 0 to 1. */
  step(input: RaftInput, now: number, random: number): RaftOutput;
  /** When `step` wants to be called with `wake`, if nothing comes before; Infinity: not by itself. */
  nextWake(): number;
  status(): RaftStatus;
}

/** A server that goes on from what it kept. */
export function createRaft(
  settings: RaftSettings,
  kept: KeptState,
  now: number,
  random: number,
): Raft {
  const state = initialState(kept);
  waitForElection({ state, settings, now, random, output: draft() });
  // Whoever is the only voter waits for nobody.
  const [voter, ...others] = votersOf(state.configuration.configuration);
  if (voter?.id === settings.id && others.length === 0) state.electionAt = now;
  return {
    step(input, at, number) {
      const output = draft();
      run({ state, settings, now: at, random: number, output }, input);
      return finished(output);
    },
    nextWake: () =>
      state.role.kind === 'leader' ? leaderWakesAt(state, settings, state.role) : state.electionAt,
    status: () => statusOf(state, settings),
  };
}

function initialState(kept: KeptState): RaftState {
  const log = restoreLog(kept);
  return {
    ...kept.hardState,
    role: { kind: 'follower' },
    leader: undefined,
    heardAt: Number.NEGATIVE_INFINITY,
    electionAt: 0,
    log,
    commit: log.snapshot?.lastIndex ?? 0,
    configuration: configurationAt(log, lastIndexOf(log)),
    calls: new Map(),
    callCount: 0,
  };
}

function draft(): Draft {
  return {
    persist: {},
    requests: [],
    responses: [],
    installed: undefined,
    committed: [],
    result: undefined,
  };
}

function finished(output: Draft): RaftOutput {
  const isNothing = Object.keys(output.persist).length === 0;
  return { ...output, persist: isNothing ? undefined : output.persist };
}

function run(step: Step, input: RaftInput): void {
  const { state, output } = step;
  const { term, votedFor } = state;
  passTime(step);
  take(step, input);
  if (state.role.kind !== 'leader' && step.now >= state.electionAt) beginElection(step);
  lead(step);
  if (state.term !== term || state.votedFor !== votedFor) {
    output.persist.hardState = { term: state.term, votedFor: state.votedFor };
  }
}

function take(step: Step, input: RaftInput): void {
  switch (input.kind) {
    case 'wake':
      return;
    case 'request': {
      const response = answer(step, input.from, input.request);
      step.output.responses.push({ call: input.call, response });
      return;
    }
    case 'answered':
      return takeAnswer(step, input.id, input.from, input.response);
    case 'failed':
      return takeFailure(step, input.id);
    case 'leader-gone':
      return missLeader(step, input.leader);
    case 'propose':
      return propose(step, input.entry, input.data);
    case 'change':
      return change(step, input.change);
    case 'transfer':
      return beginTransfer(step, input.to);
    case 'compact':
      return compact(step, input.index, input.data);
  }
}

function answer(step: Step, from: string, request: Request): Response {
  switch (request.kind) {
    case 'append-entries':
      return answerAppend(step, from, request);
    case 'request-vote':
      return answerVote(step, from, request);
    case 'request-pre-vote':
      return answerPreVote(step, from, request);
    case 'install-snapshot':
      return answerInstall(step, from, request);
    case 'timeout-now':
      return answerTimeoutNow(step, from);
  }
}

/** Each a little later than at once, so that not all begin at the same time. */
function missLeader({ state, settings, now, random }: Step, leader: string): void {
  if (state.role.kind !== 'follower' || state.leader !== leader) return;
  state.leader = undefined;
  state.electionAt = Math.min(state.electionAt, now + settings.heartbeatMs * random);
}
