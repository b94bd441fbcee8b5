import { report, type Step } from './state.ts';

/**
 * While the process stood still nobody was heard, and what came meanwhile is read after this: the
 * time does not count against the others. Memberlist does not do so, and takes others for dead.
 */
export function allowForStall(step: Step): void {
  const { state, settings, now } = step;
  const { wantedWake, probe } = state;
  if (wantedWake === undefined) return;
  const ms = now - wantedWake;
  if (ms <= settings.stallMs) return;
  if (probe !== undefined) {
    const { indirectAt, endsAt } = probe;
    state.probe = { ...probe, indirectAt: indirectAt + ms, endsAt: endsAt + ms };
  }
  for (const member of state.order) {
    const { standing } = member;
    if (standing.kind !== 'suspect') continue;
    const suspicion = { ...standing.suspicion, since: standing.suspicion.since + ms };
    member.standing = { ...standing, suspicion };
  }
  report(step, { kind: 'stalled', ms: Math.round(ms) });
}
