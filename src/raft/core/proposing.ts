import { lastIndexOf } from './log.ts';
import { appendEntries, type Step } from './state.ts';

/** Appends an entry to the leader's log; it is final once it is among the output's `committed`. */
export function propose(step: Step, kind: 'command' | 'barrier', data: Uint8Array): void {
  const { state, output } = step;
  const { role, term, log } = state;
  if (role.kind !== 'leader' || role.transfer !== undefined) {
    const why = role.kind === 'leader' ? 'transferring' : 'not-leader';
    output.result = { kind: 'refused', why };
    return;
  }
  const index = lastIndexOf(log) + 1;
  appendEntries(step, [{ kind, index, term, data }]);
  output.result = { kind: 'appended', index, term };
}
