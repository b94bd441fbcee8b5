import type { LeaseSight } from '../../kube/leases/kube-lease.ts';
import { isNewerVersion } from '../../kube/leases/newer-version.ts';
import { endTerm } from './leading.ts';
import { isSameLease, type Request, type Step } from './state.ts';
import { heardOfLease } from './trouble.ts';

/** Takes in what the watch shows, unless something newer is known. */
export function see(step: Step, sight: LeaseSight): void {
  const { known } = step.state;
  if (known !== undefined && !isNewerVersion(sight.version, known.version)) return;
  adopt(step, sight);
}

/**
 * Takes in what an answer shows. Of an answer that nothing was quicker than, the version is not
 * asked: an etcd that was restored from a backup counts on from less than what is known.
 */
export function adoptAnswer(step: Step, request: Request, sight: LeaseSight): void {
  if (step.state.known === request.knew) adopt(step, sight);
  else see(step, sight);
}

/** Takes in that the API server knows of no Lease; it does not say as of which moment. */
export function adoptAbsence(step: Step, request: Request): void {
  const { known } = step.state;
  if (known === request.knew) adopt(step, { version: known?.version ?? '0', lease: undefined });
}

function adopt(step: Step, { version, lease }: LeaseSight): void {
  const { state, settings, now } = step;
  const { known } = state;
  const isSame = known !== undefined && isSameLease(known.lease, lease);
  state.known = { version, lease, changedAt: isSame ? known.changedAt : now };
  if (isSame) return;
  state.readAt = undefined;
  state.isUnsure = false;
  if (lease !== undefined) {
    state.isMarked = lease.isTakenByProbe;
    if (lease.holder !== undefined) state.hasSeenHolder = true;
    if (lease.holder !== settings.identity) endTerm(step, 'taken');
  }
  heardOfLease(step);
}
