import { type Backoff, backoffDelay } from '../../../base/backoff.ts';
import type { Secret } from '../../../base/secret.ts';
import type { TokenFacts } from '../rules/token-facts.ts';
import { brokenRules } from '../rules/token-rules.ts';
import { hold } from './hold.ts';
import { isAnswer, type TokenFailure } from './messages.ts';
import { begin, FRESH, REFUSED } from './seek.ts';
import type { Attempts, Lack, Search, Step, Task } from './state.ts';

/** While Vault gives no answer that counts. */
const UNANSWERED: Backoff = { baseMs: 500, capMs: 5_000 };

/** A token that the source has: checked at once, in place of whatever was looked for before. */
export function onOffered(step: Step, token: Secret): void {
  const { use, search } = step.state;
  if (use.kind === 'held' && isSame(use.token, token)) {
    step.state.search = { kind: 'none' };
    return;
  }
  if (search.kind === 'asked' && search.task.kind === 'check' && isSame(search.task.token, token)) {
    return;
  }
  begin(step, { kind: 'check', token }, FRESH);
}

/** The source's file cannot be read; what was read of it before stays as it is. */
export function onUnreadable(step: Step, words: string): void {
  const { use } = step.state;
  tell(step, 'read', { kind: 'unreadable', words }, undefined);
  if (use.kind === 'lacking' && use.why.kind === 'not-yet') lack(step, { kind: 'not-yet', words });
}

export function onLoggedIn(step: Step, request: number, token: Secret): void {
  const search = askedFor(step, request);
  if (search !== undefined) begin(step, { kind: 'check', token }, search);
}

export function onChecked(step: Step, request: number, facts: TokenFacts): void {
  const search = askedFor(step, request);
  if (search?.task.kind !== 'check') return;
  const rules = brokenRules(facts, step.policy.demands);
  if (rules.length === 0) {
    step.state.search = { kind: 'none' };
    return hold(step, search.task.token, facts, search.askedAt);
  }
  const told = rules.map(({ wrong }) => wrong).join();
  if (told !== search.told) {
    const othersInUse = step.state.use.kind === 'held';
    step.actions.push({ kind: 'report', report: { kind: 'broken', rules, othersInUse } });
  }
  lack(step, { kind: 'broken', rules });
  tryAgain(step, search, REFUSED, told);
}

export function onSearchFailed(step: Step, request: number, failure: TokenFailure): void {
  const search = askedFor(step, request);
  if (search === undefined) return;
  const { words } = failure;
  tell(step, search.task.kind, failure, search.told);
  const { use } = step.state;
  if (isAnswer(failure)) lack(step, { kind: 'denied', words });
  else if (use.kind === 'lacking' && use.why.kind === 'not-yet') {
    lack(step, { kind: 'not-yet', words });
  }
  tryAgain(step, search, isAnswer(failure) ? REFUSED : UNANSWERED, words);
}

/** Goes on with what has waited long enough. */
export function resumeSearch(step: Step): void {
  const { search } = step.state;
  if (search.kind === 'waiting' && search.until <= step.now) begin(step, search.task, search);
}

function askedFor(step: Step, request: number): Extract<Search, { kind: 'asked' }> | undefined {
  const { search } = step.state;
  return search.kind === 'asked' && search.request === request ? search : undefined;
}

/** A login makes a new token each time; a token that was given is looked at again, for its role or policy may change. */
function tryAgain(step: Step, search: Attempts & { task: Task }, by: Backoff, told: string): void {
  const failures = search.failures + 1;
  const until = step.now + backoffDelay(by, failures, step.random);
  const task: Task = step.policy.logsIn ? { kind: 'log-in' } : search.task;
  step.state.search = { kind: 'waiting', task, until, failures, told };
}

/** Says why there is no token, unless there is one. One that has expired is then denied, which says less. */
function lack(step: Step, why: Lack): void {
  const { use } = step.state;
  if (use.kind === 'held') return;
  const stillExpired = use.why.kind === 'expired' && why.kind === 'denied';
  step.state.use = { kind: 'lacking', why: stillExpired ? { ...use.why, words: why.words } : why };
}

function tell(
  step: Step,
  at: 'read' | 'log-in' | 'check',
  failure: TokenFailure,
  told: string | undefined,
): void {
  if (failure.words === told) return;
  const othersInUse = step.state.use.kind === 'held';
  step.actions.push({
    kind: 'report',
    report: { kind: 'not-obtained', step: at, failure, othersInUse },
  });
}

function isSame(one: Secret, other: Secret): boolean {
  return one.reveal() === other.reveal();
}
