import { type Backoff, backoffDelay } from '../../base/backoff.ts';
import type { Answer } from '../../wire/answer.ts';

/**
 * Far more than there are controllers, and fewer than there may be connections: those of candidates
 * are not closed for others.
 */
const MOST_CANDIDATES = 50;
/** How many tokens are looked up at the same time. */
const SLOTS = 4;
/**
 * A lookup that has run for so long makes room for a push that waits: junk that names a Vault that
 * never answers must not hold the slots.
 */
const DISPLACE_AFTER_MS = 250;
/** A standby may not have seen a token yet: when to ask again, each time that it did not know it. */
const ASK_AGAIN_AFTER_MS: readonly number[] = [100, 300, 600];
/** Between lookups that failed because Vault could not be asked. */
const FAILED: Backoff = { baseMs: 200, capMs: 2_000 };

export type PushId = number;

/** A push whose token is not accepted yet. */
export type Candidate = CandidateState & {
  readonly id: PushId;
  /** When it is answered at the latest. */
  readonly deadlineAt: number;
  /** How often Vault did not know the token. */
  readonly unknown: number;
  /** How often Vault could not be asked, and why at the last time. */
  readonly failures: number;
  readonly lastFailure: string | undefined;
};

type CandidateState =
  | { readonly kind: 'queued' }
  | { readonly kind: 'asking'; readonly since: number }
  | { readonly kind: 'resting'; readonly until: number };

export type CandidateAction =
  | { readonly kind: 'look-up'; readonly id: PushId }
  /** The result of this lookup is of no interest any more. */
  | { readonly kind: 'cancel'; readonly id: PushId }
  | { readonly kind: 'answer'; readonly id: PushId; readonly answer: Answer };

export interface CandidatesStep {
  readonly candidates: readonly Candidate[];
  readonly actions: readonly CandidateAction[];
}

export const CROWDED: Answer = {
  result: 'busy',
  reason: 'too many pushes at once',
  tokenUsed: false,
};

export function newCandidate(id: PushId, deadlineAt: number): Candidate {
  return { kind: 'queued', id, deadlineAt, unknown: 0, failures: 0, lastFailure: undefined };
}

/** After Vault did not know the token: it is asked again, or, in the end, believed (undefined). */
export function afterUnknown(candidate: Candidate, now: number): Candidate | undefined {
  const unknown = candidate.unknown + 1;
  const pause = ASK_AGAIN_AFTER_MS[candidate.unknown];
  if (pause === undefined) return undefined;
  return { ...candidate, unknown, kind: 'resting', until: now + pause };
}

/** After Vault could not be asked: it is asked again for as long as the push has time. */
export function afterFailure(candidate: Candidate, reason: string, now: number, random: number) {
  const failures = candidate.failures + 1;
  const until = now + backoffDelay(FAILED, failures, random);
  return { ...candidate, failures, lastFailure: reason, kind: 'resting', until } as const;
}

/** Ends whose time is up, wakes who has rested, and gives out the slots. */
export function settle(candidates: readonly Candidate[], now: number): CandidatesStep {
  const alive = candidates.filter(({ deadlineAt }) => deadlineAt > now);
  const ended = candidates.filter(({ deadlineAt }) => deadlineAt <= now);
  const awake = alive.map((one) =>
    one.kind === 'resting' && one.until <= now ? ({ ...one, kind: 'queued' } as const) : one,
  );
  const asking = awake.filter(({ kind }) => kind === 'asking');
  const queue = awake.filter(({ kind }) => kind === 'queued').sort(newcomersFirst);
  const displaced = longestAsking(asking, now).slice(
    0,
    Math.max(0, queue.length - (SLOTS - asking.length)),
  );
  const started = new Set(queue.slice(0, SLOTS - asking.length + displaced.length));
  const next = awake
    .filter((one) => !displaced.includes(one))
    .map((one) => (started.has(one) ? ({ ...one, kind: 'asking', since: now } as const) : one));
  return {
    candidates: next,
    actions: [
      ...ended.flatMap((one) => dismiss(one, timeIsUp(one))),
      ...displaced.flatMap((one) => dismiss(one, CROWDED)),
      ...[...started].map(({ id }) => ({ kind: 'look-up', id }) as const),
    ],
  };
}

/** Who has to go where there are too many: the one that was tried most, the oldest of these. */
export function outsiderOf(candidates: readonly Candidate[]): Candidate | undefined {
  if (candidates.length <= MOST_CANDIDATES) return undefined;
  const [outsider] = candidates
    .filter(({ kind }) => kind !== 'asking')
    .sort((a, b) => tries(b) - tries(a) || a.id - b.id);
  return outsider;
}

/** Answers a candidate, and drops its lookup if one is under way. */
export function dismiss(candidate: Candidate, answer: Answer): CandidateAction[] {
  const { id } = candidate;
  const cancel = candidate.kind === 'asking' ? [{ kind: 'cancel', id } as const] : [];
  return [...cancel, { kind: 'answer', id, answer }];
}

/** When to settle again, or undefined when only a push or a result can change anything. */
export function nextSettling(candidates: readonly Candidate[]): number | undefined {
  const crowded = candidates.some(({ kind }) => kind === 'queued');
  const times = candidates.flatMap((one) => {
    if (one.kind === 'resting') return [one.deadlineAt, one.until];
    if (one.kind === 'asking' && crowded) return [one.deadlineAt, one.since + DISPLACE_AFTER_MS];
    return [one.deadlineAt];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

/** A push that was not looked up yet goes before those that are asked for again. */
function newcomersFirst(a: Candidate, b: Candidate): number {
  return tries(a) - tries(b) || a.id - b.id;
}

function tries({ unknown, failures }: Candidate): number {
  return unknown + failures;
}

/** Who may be displaced, the longest asking first. */
function longestAsking(asking: readonly Candidate[], now: number): Candidate[] {
  return asking
    .flatMap((one) => (one.kind === 'asking' && now - one.since >= DISPLACE_AFTER_MS ? [one] : []))
    .sort((a, b) => a.since - b.since || a.id - b.id);
}

function timeIsUp({ kind, unknown, lastFailure }: Candidate): Answer {
  if (lastFailure !== undefined) {
    return { result: 'vault-unreachable', reason: lastFailure, tokenUsed: false };
  }
  if (unknown > 0) return TOKEN_GONE;
  if (kind === 'queued') return CROWDED;
  return { result: 'vault-unreachable', reason: 'no answer in time', tokenUsed: false };
}

export const TOKEN_GONE: Answer = {
  result: 'token-gone',
  reason: 'Vault does not know the wrapping token: used up, expired or never one of its own',
  tokenUsed: false,
};
