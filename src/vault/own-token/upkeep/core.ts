import { keepUp, onConfirmed, onDoubted, onRenewed, onUpkeepFailed } from './hold.ts';
import type { TokenAction, TokenInput } from './messages.ts';
import {
  onChecked,
  onLoggedIn,
  onOffered,
  onSearchFailed,
  onUnreadable,
  resumeSearch,
} from './search.ts';
import { seek } from './seek.ts';
import type { Held, Lacking, Step, TokenPolicy, TokenState } from './state.ts';

/**
 * Decides what is done for a token, the controller's own or an app's: when it is checked, renewed at half its TTL,
 * tried again, given up, and got anew. Pure: it is told what happened and when, and returns what is
 * to be done. There is always an action under way or a wake to come, once there was a token.
 */
export interface OwnTokenCore {
  /** @param now ms on a monotonic clock; @param random a fresh number from 0 to 1, for jitter */
  step(input: TokenInput, now: number, random: number): TokenAction[];
  /** When (ms, monotonic) to `wake` it if nothing happens before. */
  nextWake(): number | undefined;
  /** The token in use, or why there is none. */
  use(): Held | Lacking;
}

export function createOwnTokenCore(policy: TokenPolicy): OwnTokenCore {
  const state: TokenState = {
    requests: 0,
    use: { kind: 'lacking', why: { kind: 'not-yet', words: undefined } },
    search: { kind: 'none' },
  };
  return {
    step(input, now, random) {
      const step: Step = { state, policy, now, random, actions: [] };
      take(step, input);
      keepUp(step);
      resumeSearch(step);
      if (policy.logsIn && state.use.kind === 'lacking') seek(step, { kind: 'log-in' });
      return step.actions;
    },
    nextWake: () => nextWake(state),
    use: () => state.use,
  };
}

function take(step: Step, input: TokenInput): void {
  switch (input.kind) {
    case 'offered':
      return onOffered(step, input.token);
    case 'unreadable':
      return onUnreadable(step, input.words);
    case 'logged-in':
      return onLoggedIn(step, input.request, input.token);
    case 'checked':
      return onChecked(step, input.request, input.facts);
    case 'confirmed':
      return onConfirmed(step, input.request, input.ttlMs);
    case 'renewed':
      return onRenewed(step, input.request, input);
    case 'failed':
      onUpkeepFailed(step, input.request, input.failure);
      return onSearchFailed(step, input.request, input.failure);
    case 'doubted':
      return onDoubted(step);
    case 'wake':
      return;
  }
}

function nextWake({ use, search }: TokenState): number | undefined {
  const wakes = search.kind === 'waiting' ? [search.until] : [];
  if (use.kind === 'held') {
    wakes.push(use.expiresAt);
    const { upkeep } = use;
    if (upkeep.kind === 'resting') wakes.push(upkeep.renewAt, upkeep.confirmAt ?? upkeep.renewAt);
  }
  return wakes.length === 0 ? undefined : Math.min(...wakes);
}
