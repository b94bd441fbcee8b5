import type { Answer } from '../../wire/answer.ts';
import {
  afterFailure,
  afterUnknown,
  type Candidate,
  type CandidateAction,
  type CandidatesStep,
  CROWDED,
  dismiss,
  newCandidate,
  nextSettling,
  outsiderOf,
  type PushId,
  settle,
  TOKEN_GONE,
} from './candidates.ts';

/** What looking a pushed token up came to. */
export type LookUpOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly answer: Answer }
  /** Vault does not know the token. */
  | { readonly kind: 'gone' }
  /** Vault could not be asked. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Which push is exchanged: several are looked up side by side, one whose token was accepted is
 * exchanged at a time, and the first success is the last.
 */
export type Admission =
  /** In the order of their coming. */
  | { readonly kind: 'open'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'exchanging'; readonly id: PushId }
  | { readonly kind: 'done' };

export type AdmissionInput =
  | { readonly kind: 'pushed'; readonly id: PushId; readonly deadlineAt: number }
  | { readonly kind: 'looked-up'; readonly id: PushId; readonly outcome: LookUpOutcome }
  | { readonly kind: 'exchange-ended'; readonly id: PushId; readonly answer: Answer }
  /** The time that `nextWake` named has come. */
  | { readonly kind: 'woken' };

export type AdmissionAction = CandidateAction | { readonly kind: 'exchange'; readonly id: PushId };

export interface AdmissionStep {
  readonly admission: Admission;
  readonly actions: readonly AdmissionAction[];
}

export const NOBODY_YET: Admission = { kind: 'open', candidates: [] };

const BUSY: Answer = {
  result: 'busy',
  reason: 'another push is being exchanged',
  tokenUsed: false,
};
const DONE: Answer = { result: 'done', reason: 'the credential is written', tokenUsed: false };

/** @param random 0 to 1: spreads the asking again of a Vault that could not be asked */
export function step(
  admission: Admission,
  input: AdmissionInput,
  now: number,
  random: number,
): AdmissionStep {
  switch (admission.kind) {
    case 'open':
      return stepOpen(admission, input, now, random);
    case 'exchanging':
      if (input.kind === 'pushed') return stay(admission, input.id, BUSY);
      if (input.kind !== 'exchange-ended') return { admission, actions: [] };
      return stay(afterExchange(input.answer), input.id, input.answer);
    case 'done':
      if (input.kind === 'pushed') return stay(admission, input.id, DONE);
      return { admission, actions: [] };
  }
}

/** When to step with `woken`, or undefined when only a push or a result can change anything. */
export function nextWake(admission: Admission): number | undefined {
  return admission.kind === 'open' ? nextSettling(admission.candidates) : undefined;
}

function stay(admission: Admission, id: PushId, answer: Answer): AdmissionStep {
  return { admission, actions: [{ kind: 'answer', id, answer }] };
}

function afterExchange({ result }: Answer): Admission {
  return result === 'exchanged' ? { kind: 'done' } : NOBODY_YET;
}

function stepOpen(
  { candidates }: Extract<Admission, { kind: 'open' }>,
  input: AdmissionInput,
  now: number,
  random: number,
): AdmissionStep {
  switch (input.kind) {
    case 'pushed': {
      const all = [...candidates, newCandidate(input.id, input.deadlineAt)];
      const outsider = outsiderOf(all);
      if (outsider === undefined) return settled(all, [], now);
      const others = all.filter((one) => one !== outsider);
      return settled(others, dismiss(outsider, CROWDED), now);
    }
    case 'looked-up': {
      const asked = candidates.find(({ id, kind }) => id === input.id && kind === 'asking');
      if (asked === undefined) return settled(candidates, [], now);
      if (input.outcome.kind === 'accepted') return exchange(candidates, asked);
      const { candidates: next, actions } = lookedUp(candidates, asked, input.outcome, now, random);
      return settled(next, actions, now);
    }
    default:
      return settled(candidates, [], now);
  }
}

/** The first accepted token is exchanged; whoever else was waiting is told that it is busy here. */
function exchange(candidates: readonly Candidate[], { id }: Candidate): AdmissionStep {
  const others = candidates.filter((one) => one.id !== id);
  return {
    admission: { kind: 'exchanging', id },
    actions: [...others.flatMap((one) => dismiss(one, BUSY)), { kind: 'exchange', id }],
  };
}

function lookedUp(
  candidates: readonly Candidate[],
  asked: Candidate,
  outcome: Exclude<LookUpOutcome, { kind: 'accepted' }>,
  now: number,
  random: number,
): CandidatesStep {
  const others = candidates.filter((one) => one !== asked);
  const answer = (it: Answer) => ({
    candidates: others,
    actions: [{ kind: 'answer', id: asked.id, answer: it } as const],
  });
  switch (outcome.kind) {
    case 'refused':
      return answer(outcome.answer);
    case 'gone': {
      const again = afterUnknown(asked, now);
      return again === undefined
        ? answer(TOKEN_GONE)
        : { candidates: [...others, again], actions: [] };
    }
    case 'failed': {
      const again = afterFailure(asked, outcome.reason, now, random);
      return { candidates: [...others, again], actions: [] };
    }
  }
}

function settled(
  candidates: readonly Candidate[],
  actions: readonly CandidateAction[],
  now: number,
): AdmissionStep {
  const step = settle(candidates, now);
  return {
    admission: { kind: 'open', candidates: step.candidates },
    actions: [...actions, ...step.actions],
  };
}
