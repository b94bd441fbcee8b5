import { report, type Step } from './state.ts';

/**
 * While the process stood still nobody was heard: the time does not count against the others.
 * Memberlist counts it, and then takes others for dead that answered long ago.
 */
export function allowForStall(step: Step): void {
  const { state, settings, now } = step;
  const { wantedWake, probe } = state;
  if (wantedWake === undefined) return;
  const ms = now - wantedWake;
  if (ms <= settings.stallMs) return;
  // What came meanwhile is still to be read.
  const readMs = settings.probeTimeoutMs;
  state.judgeAt = now + readMs;
  if (probe !== undefined) {
    const { indirectAt, endsAt } = probe;
    state.probe = { ...probe, indirectAt: indirectAt + ms + readMs, endsAt: endsAt + ms + readMs };
  }
  for (const member of state.order) {
    const { standing } = member;
    if (standing.kind !== 'suspect') continue;
    const suspicion = { ...standing.suspicion, since: standing.suspicion.since + ms };
    member.standing = { ...standing, suspicion };
  }
  report(step, { kind: 'stalled', ms: Math.round(ms) });
}
