import type { LeaseClaim } from '../../kube/leases/kube-lease.ts';
import type { Leader } from '../election.ts';
import { takeAnswer } from './answers.ts';
import { handedOver, handingOverMove, handOver, isLeaving, sit } from './handing-over.ts';
import { endTerm, leadingMove } from './leading.ts';
import type { Holder, LeaseAction, LeaseInput, LeaseSettings } from './messages.ts';
import { see } from './observing.ts';
import { begin } from './requesting.ts';
import { forgetGone, hearGone, stand, standbyMove } from './standby.ts';
import { initialState, type LeaseState, type Move, report, type Step } from './state.ts';

/**
 * Decides when this controller takes, renews and gives back the Lease, and until when it acts. What
 * it knows of others it has from the Lease alone: what it saw of it, when, by its own clock. One
 * request is under way at a time. Pure: it is told what happened and when (docs/adr/0010).
 */
export interface LeaseCore {
  /** `now` in monotonic milliseconds, never less than before; `random` from 0 to 1. */
  step(input: LeaseInput, now: number, random: number): LeaseAction[];
  /** When `step` wants to be called with `wake`, if nothing comes before; undefined: not by itself. */
  nextWake(): number | undefined;
  /** Who leads, as far as is known; ourselves only while we act. */
  leader(): Leader | undefined;
  /** What the holder of the Lease claims, ourselves included. */
  claim(): LeaseClaim | undefined;
}

export function createLeaseCore(settings: LeaseSettings): LeaseCore {
  const state = initialState();
  return {
    step(input, now, random) {
      if (state.role.kind === 'ended') return [];
      const step: Step = { state, settings, now, random, actions: [] };
      passTime(step);
      take(step, input);
      moveOn(step);
      tellHolder(step);
      follow(step);
      if (hasEnded(state)) step.actions.push({ kind: 'ended' });
      return step.actions;
    },
    nextWake: () => nextWake(state, settings),
    leader: () => leader(state, settings),
    claim: () => claim(state),
  };
}

/** What time alone has brought about comes first: a pause of the process may have been long (S44). */
function passTime(step: Step): void {
  const { state, now } = step;
  const { role } = state;
  if (role.kind === 'leading' && role.until <= now) endTerm(step, 'lapsed');
  if (role.kind === 'handing-over' && role.endsAt <= now) handedOver(state);
  forgetGone(step);
}

function take(step: Step, input: LeaseInput): void {
  switch (input.kind) {
    case 'wake':
      return;
    case 'stand':
      return stand(step, input.claim);
    case 'sit':
      return sit(step);
    case 'seen':
      return see(step, input.sight);
    case 'holder-gone':
      return hearGone(step, input.holder);
    case 'hand-over':
      return handOver(step);
    default:
      return takeAnswer(step, input);
  }
}

function moveOn(step: Step): void {
  const { state, settings, now } = step;
  const move = nextMove(state, settings);
  if (move === undefined || move.at > now) return;
  if (move.kind === 'end') handedOver(state);
  else begin(step, move);
}

function nextMove(state: LeaseState, settings: LeaseSettings): Move | undefined {
  if (state.request !== undefined) return undefined;
  const move = moveOfRole(state, settings);
  return move && { ...move, at: Math.max(move.at, state.pausedUntil) };
}

function moveOfRole(state: LeaseState, settings: LeaseSettings): Move | undefined {
  const { role } = state;
  switch (role.kind) {
    case 'standby':
      return standbyMove(state, settings, role);
    case 'leading':
      return leadingMove(state, role);
    case 'handing-over':
      return handingOverMove(state, settings);
    default:
      return undefined;
  }
}

function nextWake(state: LeaseState, settings: LeaseSettings): number | undefined {
  const { role } = state;
  const times: number[] = [];
  if (role.kind === 'leading') times.push(role.until);
  if (role.kind === 'handing-over') times.push(role.endsAt);
  const move = nextMove(state, settings);
  if (move !== undefined) times.push(move.at);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Who acts holds the Lease, even while it is making a deleted one again. */
function tellHolder(step: Step): void {
  const { state, settings, now } = step;
  const lease = state.known?.lease;
  if (lease === undefined && state.role.kind === 'leading') return;
  const holder = lease?.holder;
  if (state.holder?.identity === holder) return;
  state.holder = holder === undefined ? undefined : { identity: holder, since: now };
  report(step, { kind: 'holder', holder, isUs: holder === settings.identity });
}

function follow(step: Step): void {
  const { state, settings, actions } = step;
  const holder = otherHolder(state, settings);
  const { following } = state;
  if (following?.identity === holder?.identity && following?.peer === holder?.peer) return;
  state.following = holder;
  actions.push({ kind: 'follow', holder });
}

function otherHolder({ role, known }: LeaseState, { identity }: LeaseSettings): Holder | undefined {
  if (isLeaving(role)) return undefined;
  const { holder, peer } = known?.lease ?? {};
  if (holder === undefined || peer === undefined || holder === identity) return undefined;
  return { identity: holder, peer };
}

function hasEnded({ role }: LeaseState): boolean {
  return role.kind === 'ended';
}

function leader({ role, holder }: LeaseState, settings: LeaseSettings): Leader | undefined {
  if (holder === undefined) return undefined;
  const isUs = holder.identity === settings.identity;
  return isUs && role.kind !== 'leading' ? undefined : { ...holder, isUs };
}

function claim({ known }: LeaseState): LeaseClaim | undefined {
  const { holder, claim } = known?.lease ?? {};
  return holder === undefined ? undefined : claim;
}
