import { type Backoff, backoffDelay } from '../../../base/backoff.ts';
import type { Secret } from '../../../base/secret.ts';
import type { TokenFacts } from '../rules/token-facts.ts';
import { limitsOf } from '../rules/token-rules.ts';
import { isAnswer, type TokenFailure } from './messages.ts';
import { seek, seekLater } from './seek.ts';
import type { Held, Resting, Step } from './state.ts';

/** A renewal that gives less than this part of what was given before nears the token's end. */
const WHOLE = 0.9;
/** However many doubt it, Vault is asked no more often. */
const CONFIRM_EVERY_MS = 1_000;
/** A doubt that Vault has not answered stands. */
const CONFIRM_AGAIN_MS = 5_000;
const LONGEST_REQUEST_MS = 10_000;
const FIRST_RETRY_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Uses a token that breaks no rule from now on. */
export function hold(step: Step, token: Secret, facts: TokenFacts, askedAt: number): void {
  const { state, policy, actions } = step;
  const replaces = state.use.kind === 'held';
  const ttlMs = facts.token.ttlSeconds * 1_000;
  const grantedMs = Math.max(ttlMs, wholeMs(facts));
  const expiresAt = askedAt + ttlMs;
  state.use = {
    kind: 'held',
    token,
    grantedMs,
    expiresAt,
    confirmedAt: step.now,
    isDoubted: false,
    exhausted: !facts.token.renewable,
    upkeep: { kind: 'resting', renewAt: expiresAt - grantedMs / 2, failures: 0 },
    trouble: undefined,
  };
  const limits = limitsOf(facts, policy.demands);
  const report = { kind: 'accepted', ttlMs, lifetimeMs: grantedMs, limits, replaces } as const;
  actions.push({ kind: 'report', report });
}

/** What the token had when it was new. */
function wholeMs({ token, role }: TokenFacts): number {
  const period = role.kind === 'found' ? role.periodSeconds : token.periodSeconds;
  return (period || token.creationTtlSeconds) * 1_000;
}

/** Does what is due: gives an expired token up, renews it, looks at it, or gets another in time. */
export function keepUp(step: Step): void {
  planConfirmation(step);
  const { use } = step.state;
  if (use.kind !== 'held') return;
  if (use.expiresAt <= step.now) return lose(step, use, 'expired', use.trouble?.words ?? '');
  const { upkeep } = use;
  if (upkeep.kind !== 'resting') return;
  if (upkeep.renewAt <= step.now) return renewOrReplace(step, use, upkeep);
  if (upkeep.confirmAt !== undefined && upkeep.confirmAt <= step.now) confirm(step, use, upkeep);
}

function renewOrReplace(step: Step, use: Held, upkeep: Resting): void {
  if (!use.exhausted || !step.policy.logsIn) return renew(step, use, upkeep.failures);
  seek(step, { kind: 'log-in' });
  step.state.use = { ...use, upkeep: { ...upkeep, renewAt: Number.POSITIVE_INFINITY } };
}

/** Has the token looked at: now, or as soon as Vault may be asked that again. */
export function onDoubted(step: Step): void {
  const { use } = step.state;
  if (use.kind === 'held') step.state.use = { ...use, isDoubted: true };
}

/** A doubt that came amid a request is not met by its answer, which may be of before. */
function planConfirmation(step: Step): void {
  const { use } = step.state;
  if (use.kind !== 'held' || !use.isDoubted || use.upkeep.kind !== 'resting') return;
  const confirmAt = use.upkeep.confirmAt ?? use.confirmedAt + CONFIRM_EVERY_MS;
  step.state.use = { ...use, isDoubted: false, upkeep: { ...use.upkeep, confirmAt } };
}

export function onConfirmed(step: Step, request: number, ttlMs: number): void {
  const { use } = step.state;
  if (use.kind !== 'held' || use.upkeep.kind !== 'confirming') return;
  const { upkeep } = use;
  if (upkeep.request !== request) return;
  const { askedAt, renewAt, failures } = upkeep;
  step.state.use = {
    ...use,
    expiresAt: askedAt + ttlMs,
    confirmedAt: step.now,
    upkeep: { kind: 'resting', renewAt, failures },
  };
}

export function onRenewed(
  step: Step,
  request: number,
  { ttlMs, renewable }: { readonly ttlMs: number; readonly renewable: boolean },
): void {
  const { use } = step.state;
  if (use.kind !== 'held' || use.upkeep.kind !== 'renewing') return;
  if (use.upkeep.request !== request) return;
  const { askedAt } = use.upkeep;
  const shrinks = ttlMs < use.grantedMs * WHOLE;
  step.state.use = {
    ...use,
    grantedMs: ttlMs,
    expiresAt: askedAt + ttlMs,
    confirmedAt: step.now,
    exhausted: use.exhausted || shrinks || !renewable,
    upkeep: { kind: 'resting', renewAt: askedAt + ttlMs / 2, failures: 0 },
    trouble: undefined,
  };
  step.actions.push({ kind: 'report', report: { kind: 'renewed', ttlMs, renewable, shrinks } });
}

/** A renewal, or a look whether Vault accepts the token, has failed. */
export function onUpkeepFailed(step: Step, request: number, failure: TokenFailure): void {
  const { use } = step.state;
  if (use.kind !== 'held' || use.upkeep.kind === 'resting') return;
  if (use.upkeep.request !== request) return;
  if (use.upkeep.kind === 'renewing') return onRenewalFailed(step, use, failure);
  if (failure.kind === 'denied') return lose(step, use, 'denied', failure.words);
  const { renewAt, failures } = use.upkeep;
  const resting: Resting = { kind: 'resting', renewAt, failures };
  const confirmAt = step.now + CONFIRM_AGAIN_MS;
  step.state.use = { ...use, upkeep: isAnswer(failure) ? resting : { ...resting, confirmAt } };
}

function onRenewalFailed(step: Step, use: Held, failure: TokenFailure): void {
  const failures = use.upkeep.failures + 1;
  const leftMs = use.expiresAt - step.now;
  step.actions.push({ kind: 'report', report: { kind: 'renewal-failed', failure, leftMs } });
  const renewAt = step.now + backoffDelay(renewalBackoff(use), failures, step.random);
  const trouble = { since: use.trouble?.since ?? step.now, words: failure.words };
  const exhausted = use.exhausted || isAnswer(failure);
  const troubled: Held = { ...use, exhausted, trouble };
  // It may be the token that Vault does not accept, or only its renewal.
  if (failure.kind === 'denied') return confirm(step, troubled, { renewAt, failures });
  step.state.use = { ...troubled, upkeep: { kind: 'resting', renewAt, failures } };
}

/** Short enough for a token of seconds, and no burden for one of days. */
function renewalBackoff({ grantedMs }: Held): Backoff {
  return {
    baseMs: FIRST_RETRY_MS,
    capMs: Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_RETRY_MS, grantedMs / 10)),
  };
}

function renew(step: Step, use: Held, failures: number): void {
  const { state, now, actions } = step;
  state.requests += 1;
  const request = state.requests;
  state.use = { ...use, upkeep: { kind: 'renewing', request, askedAt: now, failures } };
  const deadlineMs = Math.min(LONGEST_REQUEST_MS, Math.max(1_000, use.grantedMs / 4));
  actions.push({ kind: 'renew', request, token: use.token, deadlineMs });
}

function confirm(
  step: Step,
  use: Held,
  { renewAt, failures }: { readonly renewAt: number; readonly failures: number },
): void {
  const { state, now, actions } = step;
  state.requests += 1;
  const request = state.requests;
  const upkeep = { kind: 'confirming', request, askedAt: now, renewAt, failures } as const;
  state.use = { ...use, upkeep };
  actions.push({ kind: 'confirm', request, token: use.token });
}

function lose(step: Step, use: Held, how: 'expired' | 'denied', words: string): void {
  const { state, policy, now, actions } = step;
  const why = how === 'denied' ? { kind: how, words } : { kind: how, at: now, words };
  state.use = { kind: 'lacking', why };
  actions.push({ kind: 'report', report: { kind: 'lost', how, words } });
  // Vault's clock may judge otherwise, or the token be made good there.
  if (!policy.logsIn) seekLater(step, { kind: 'check', token: use.token });
}
