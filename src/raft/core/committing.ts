import { isVoter, majorityReach } from './configuration.ts';
import { entriesBetween, lastIndexOf, termAt } from './log.ts';
import { becomeFollower } from './roles.ts';
import type { Leading, Step } from './state.ts';

/** Everything up to `index` is final. */
export function deliver({ state, output }: Step, index: number): void {
  if (index <= state.commit) return;
  output.committed.push(...entriesBetween(state.log, state.commit + 1, index));
  state.commit = index;
}

/**
 * What a majority of the voters has, and is of this term, is final, and all before it (Raft, 5.4.2: an
 * entry of an older term may be on a majority and be lost nevertheless).
 */
export function advanceCommit(step: Step, leading: Leading): void {
  const { state, settings } = step;
  const { configuration } = state.configuration;
  const index = majorityReach(configuration, (id) =>
    id === settings.id ? lastIndexOf(state.log) : (leading.peers.get(id)?.match ?? 0),
  );
  if (index <= state.commit || termAt(state.log, index) !== state.term) return;
  deliver(step, index);
  // A leader that has removed itself leads until that is final.
  const isOut = !isVoter(configuration, settings.id) && state.configuration.index <= index;
  if (isOut) becomeFollower(step, state.term);
}
