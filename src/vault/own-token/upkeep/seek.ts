import { type Backoff, backoffDelay } from '../../../base/backoff.ts';
import type { Attempts, Step, Task } from './state.ts';

/** While Vault says no: only a person, or another program, can change that. */
export const REFUSED: Backoff = { baseMs: 1_000, capMs: 30_000 };
export const FRESH: Attempts = { failures: 0, told: undefined };

/** Looks for another token, if nothing looks for one already. */
export function seek(step: Step, task: Task): void {
  const { search } = step.state;
  if (search.kind === 'none') begin(step, task, FRESH);
}

/** As `seek`, but not at once: what has just been refused is not asked for again at once. */
export function seekLater(step: Step, task: Task): void {
  const { search } = step.state;
  if (search.kind !== 'none') return;
  const until = step.now + backoffDelay(REFUSED, 1, step.random);
  step.state.search = { kind: 'waiting', task, until, ...FRESH };
}

/** Asks for what the task takes, in place of whatever was looked for before. */
export function begin(step: Step, task: Task, { failures, told }: Attempts): void {
  const { state, now, actions } = step;
  state.requests += 1;
  const request = state.requests;
  state.search = { kind: 'asked', task, request, askedAt: now, failures, told };
  actions.push(
    task.kind === 'log-in' ? { kind: 'log-in', request } : { ...task, kind: 'check', request },
  );
}
