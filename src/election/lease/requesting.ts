import type { LeaseChange, LeaseClaim } from '../../kube/leases/kube-lease.ts';
import { isGone } from './standby.ts';
import type { Ask, HoldCause, Step } from './state.ts';

/** Begins a request; what it is based on is what is known now. */
export function begin(step: Step, ask: Ask): void {
  const { state, now, actions } = step;
  const id = ++state.requests;
  const claim = 'claim' in state.role ? state.role.claim : undefined;
  state.request = { id, startedAt: now, knew: state.known, claim, ask };
  if (ask.kind === 'read') actions.push({ kind: 'read', request: id });
  else if (ask.kind === 'release')
    write(step, id, { holder: null, peer: null, ...claiming(step, undefined) });
  else write(step, id, holding(step, ask.cause));
}

function write({ state, actions }: Step, request: number, change: LeaseChange): void {
  const lease = state.known?.lease;
  if (lease === undefined) actions.push({ kind: 'create', request, change });
  else {
    const of = { uid: lease.uid, version: lease.version };
    actions.push({ kind: 'update', request, of, change });
  }
}

/** All that a holder says of itself, so that a renewal mends what was edited by hand. */
function holding(step: Step, cause: HoldCause): LeaseChange {
  const { state, settings } = step;
  const { known, request } = state;
  const lease = known?.lease;
  const change = {
    holder: settings.identity,
    peer: settings.peer,
    durationSeconds: Math.ceil(settings.durationMs / 1_000),
    isTakenByProbe: isByWord(step, cause) || (state.isMarked && !outlivedMark(step)),
    ...claiming(step, request?.claim),
  };
  if (lease?.holder === settings.identity) return change;
  return { ...change, isAcquired: true, transitions: lease ? lease.transitions + 1 : 0 };
}

/** Whoever claims nothing takes away what the holder before it claimed. */
function claiming({ state }: Step, claim: LeaseClaim | undefined): Pick<LeaseChange, 'claim'> {
  if (claim !== undefined) return { claim };
  return state.known?.lease?.claim === undefined ? {} : { claim: null };
}

/** Of peers: our own takeover by probe, or an election of Raft's that such a word has hastened. */
function isByWord({ state }: Step, cause: HoldCause): boolean {
  return cause === 'probe' || (cause === 'superseded' && isGone(state, state.known));
}

function outlivedMark({ state: { role }, settings, now }: Step): boolean {
  return role.kind === 'leading' && now - role.beganAt >= settings.probeMarkMs;
}
