import type { Role, Step } from './state.ts';

/** Another role: what was asked in the one before is of no interest any more. */
export function takeRole({ state }: Step, role: Role): void {
  state.role = role;
  state.calls.clear();
}

export function waitForElection(step: Step): void {
  const { electionMinMs, electionMaxMs } = step.settings;
  step.state.electionAt = step.now + electionMinMs + step.random * (electionMaxMs - electionMinMs);
}

/** Of this term, or of a later one; of its leader nothing is known yet. */
export function becomeFollower(step: Step, term: number): void {
  const { state } = step;
  const { kind } = state.role;
  if (term > state.term) {
    state.term = term;
    state.votedFor = undefined;
    state.leader = undefined;
  }
  if (kind === 'follower') return;
  if (kind === 'leader') {
    state.leader = undefined;
    waitForElection(step);
  }
  takeRole(step, { kind: 'follower' });
}
