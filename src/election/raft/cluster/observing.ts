import { isNewerVersion } from '../../../kube/leases/newer-version.ts';
import type { ClusterSight } from './messages.ts';
import { isSameCluster, type Request, type Step } from './state.ts';

/** Takes in what the watch shows, unless something newer is known. */
export function see(step: Step, sight: ClusterSight): void {
  const { known } = step.state;
  if (known !== undefined && !isNewerVersion(sight.version, known.version)) return;
  adopt(step, sight);
}

/** Takes in what an answer shows; its version is asked only if something else was quicker. */
export function adoptAnswer(step: Step, request: Request, sight: ClusterSight): void {
  if (step.state.known === request.knew) adopt(step, sight);
  else see(step, sight);
}

/** Takes in that the API server knows of no Lease; it does not say as of which moment. */
export function adoptAbsence(step: Step, request: Request): void {
  const { known } = step.state;
  if (known === request.knew) adopt(step, { version: known?.version ?? '0', lease: undefined });
}

function adopt({ state, now }: Step, sight: ClusterSight): void {
  const before = state.known?.lease;
  const { lease } = sight;
  state.known = sight;
  if (before?.uid === lease?.uid && before?.version === lease?.version) return;
  state.readAt = undefined;
  if (before?.doubter === lease?.doubter) return;
  // Each doubt has its own time, and what was objected to is not repeated soon.
  state.since.delete('doubted');
  if (lease?.doubter === undefined && isSameCluster(before?.cluster, lease?.cluster)) {
    state.objectedAt = now;
  }
}
