import type { LeaseClaim } from '../../kube/leases/kube-lease.ts';
import { isLeaving } from './handing-over.ts';
import { endTerm } from './leading.ts';
import type { LeaseSettings } from './messages.ts';
import {
  isSameClaim,
  type Known,
  type LeaseState,
  type Move,
  type Standby,
  type Step,
} from './state.ts';

/** The word that a holder is gone is good for so long: whoever gave it gives it again. */
const GOOD_WORD_MS = 1_000;

/**
 * May lead from now on, or goes on to, by that claim. Who claims something else than before was deposed
 * meanwhile: another may have superseded it since it last saw the Lease.
 */
export function stand(step: Step, claim: LeaseClaim | undefined): void {
  const { state, now } = step;
  if ('claim' in state.role && !isSameClaim(state.role.claim, claim)) endTerm(step, 'deposed');
  const { role } = state;
  if (role.kind === 'standby') state.role = { ...role, claim };
  else if (role.kind !== 'leading' && !isLeaving(role)) {
    state.role = { kind: 'standby', since: now, claim };
  }
}

/** What a standby does next. Whatever it knows may be out of date: then its write conflicts. */
export function standbyMove(
  state: LeaseState,
  settings: LeaseSettings,
  { since, claim }: Standby,
): Move {
  const { known, readAt } = state;
  if (known === undefined) return { at: since + settings.durationMs, kind: 'read' };
  if (readAt !== undefined) return { at: readAt, kind: 'read' };
  return takeover(state, settings, known, claim);
}

function takeover(
  state: LeaseState,
  settings: LeaseSettings,
  known: Known,
  claim: LeaseClaim | undefined,
): Move {
  const { lease, changedAt } = known;
  const kind = 'hold';
  const isFree = lease === undefined ? !state.hasSeenHolder : lease.holder === undefined;
  if (isFree) return { at: 0, kind, cause: 'free' };
  if (lease?.holder === settings.identity) return { at: 0, kind, cause: 'resumed' };
  if (supersedes(claim, lease?.claim)) return { at: 0, kind, cause: 'superseded' };
  if (isGone(state, known)) return { at: 0, kind, cause: 'probe' };
  return { at: changedAt + settings.durationMs, kind, cause: 'expired' };
}

/**
 * Where Raft has elected another, the leader before it has stopped (docs/adr/0016). What clusters or
 * epochs know of each other is less than that.
 */
function supersedes(ours: LeaseClaim | undefined, theirs: LeaseClaim | undefined): boolean {
  if (ours === undefined || theirs === undefined) return false;
  const isOfSame = ours.cluster === theirs.cluster && ours.epoch === theirs.epoch;
  return isOfSame && ours.term > theirs.term;
}

/** A Lease that was taken by probe a short while ago is not taken so again (S43). */
export function isGone({ gone }: LeaseState, known: Known | undefined): boolean {
  const lease = known?.lease;
  return gone !== undefined && lease?.holder === gone.holder && !lease.isTakenByProbe;
}

/** Others may elect upon this word, too: they hear it as seldom as it is believed here. */
export function hearGone({ state, now, actions }: Step, holder: string): void {
  const { known } = state;
  if (known?.lease?.holder !== holder) return;
  state.gone = { holder, at: now };
  const { claim } = known.lease;
  if (claim !== undefined && isGone(state, known)) actions.push({ kind: 'missed', claim });
}

export function forgetGone({ state, now }: Step): void {
  if (state.gone !== undefined && now >= state.gone.at + GOOD_WORD_MS) state.gone = undefined;
}
