import { type Known, type SerfStep, type SerfWorld, tellChange } from './state.ts';
import type { SerfRules } from './surface.ts';

/** Forgets whoever is gone for long (serf, handleReap). */
export function reap(step: SerfStep): void {
  const { state, settings, now } = step;
  for (const known of state.members.values()) {
    const at = forgottenAt(known, settings);
    if (known === state.me || at === undefined || at > now) continue;
    state.members.delete(known.node);
    tellChange(step, 'reaped', known);
  }
}

/** When it is forgotten if it does not come back (ms, monotonic). */
export function forgottenAt(
  { status, since, forgetAt }: Known,
  rules: SerfRules,
): number | undefined {
  if (forgetAt !== undefined) return forgetAt;
  if (status === 'failed') return since + rules.reconnectTimeoutMs;
  return status === 'left' ? since + rules.tombstoneTimeoutMs : undefined;
}

/**
 * Tries one of the failed again, now and then: the layer below has forgotten it by then, and after
 * a partition somebody must begin. All together try each about once a round (serf, reconnect).
 */
export function reconnect(step: SerfStep): void {
  const { state, settings, now, random, below } = step;
  if (state.reconnectAt > now) return;
  state.reconnectAt = now + settings.reconnectEveryMs;
  if (state.leaving.kind !== 'no') return;
  const failed = failedOf(state);
  const gone = [...state.members.values()].filter(({ status }) => status === 'left').length;
  const living = Math.max(1, state.members.size - failed.length - gone);
  if (random() > failed.length / living) return;
  const one = failed[Math.floor(random() * failed.length)];
  if (one !== undefined) below.push({ kind: 'join', to: one.endpoint });
}

function failedOf({ members }: SerfWorld): Known[] {
  return [...members.values()].filter(({ status }) => status === 'failed');
}
