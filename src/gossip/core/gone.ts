import type { Dead, Suspect } from '../messages.ts';
import { ownAlive, refute } from './refute.ts';
import { sendAlone } from './sending.ts';
import { isGone, type Member, report, type Step, spread, tellChange } from './state.ts';
import { LEFT } from './surface.ts';
import { confirm, suspect, suspicionEnd } from './suspicion.ts';

/** Somebody does not hear of a member (memberlist, suspectNode). */
export function hearSuspect(step: Step, message: Suspect): void {
  const { state, settings, now } = step;
  const member = state.members.get(message.node);
  if (member === undefined) return;
  if (message.incarnation < member.incarnation) return setRight(step, message);
  const { standing } = member;
  if (standing.kind === 'suspect') return hearConfirmed(step, member, standing, message);
  if (standing.kind !== 'alive') return;
  if (member === state.me) return refute(step, message.incarnation);
  spread(step, member.node, message);
  const suspicion = suspect(settings, message.from, state.order.length + 1, now);
  member.incarnation = message.incarnation;
  member.standing = { kind: 'suspect', since: now, suspicion };
  report(step, { kind: 'suspected', node: member.node, by: message.from });
}

type Suspected = Extract<Member['standing'], { kind: 'suspect' }>;

/** Spread further as long as it is news, so that all come to know of several accusers. */
function hearConfirmed(step: Step, member: Member, standing: Suspected, message: Suspect): void {
  const suspicion = confirm(standing.suspicion, message.from);
  if (suspicion === undefined) return;
  member.standing = { ...standing, suspicion };
  spread(step, member.node, message);
}

/** A member left, or somebody takes it for dead (memberlist, deadNode). */
export function hearDead(step: Step, message: Dead): void {
  const { state, now } = step;
  const member = state.members.get(message.node);
  if (member === undefined) return;
  if (message.incarnation < member.incarnation) return setRight(step, message);
  if (isGone(member)) return;
  const isUs = member === state.me;
  if (isUs && !state.isLeaving) return refute(step, message.incarnation);
  spread(step, member.node, message, isUs ? LEFT : undefined);
  member.incarnation = message.incarnation;
  const hasLeft = message.from === member.node;
  member.standing = { kind: hasLeft ? 'left' : 'dead', since: now };
  if (!isUs) tellChange(step, hasLeft ? 'left' : 'failed', member);
}

/**
 * Whoever accuses us of what we have refuted did not hear that, and would not before the time is up:
 * it is told straight. Memberlist leaves that to chance.
 */
function setRight(step: Step, { node, from }: Suspect | Dead): void {
  const { me, members, isLeaving } = step.state;
  const accuser = members.get(from);
  if (node !== me.node || isLeaving || accuser === undefined || accuser === me) return;
  sendAlone(step, accuser, [ownAlive(step)]);
}

/** Whoever did not refute in time is taken for dead. */
export function endSuspicions(step: Step): void {
  const { state, settings, now } = step;
  if (now < state.judgeAt) return;
  for (const { node, incarnation, standing } of state.order) {
    if (standing.kind !== 'suspect' || suspicionEnd(standing.suspicion) > now) continue;
    hearDead(step, { kind: 'dead', incarnation, node, from: settings.node });
  }
}

/** Says that we go. From then on nothing that is said of us is refuted. */
export function leave(step: Step): void {
  const { state, settings, actions } = step;
  if (state.isLeaving) return;
  state.isLeaving = true;
  const { node } = settings;
  hearDead(step, { kind: 'dead', incarnation: state.me.incarnation, node, from: node });
  if (state.order.every(isGone)) actions.push({ kind: 'told', token: LEFT });
}
