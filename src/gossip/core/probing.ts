import type { Ack, Nack, Ping } from '../messages.ts';
import { choose, shuffled } from './choose.ts';
import { hearSuspect } from './gone.ts';
import { ownSource, send, sendAlone } from './sending.ts';
import { feelWorse, isGone, type Member, report, type Step } from './state.ts';

/** The protocol version from which members answer nacks. */
const NACK_SINCE = 4;
/** The protocol version from which members answer pings over TCP. */
const STREAM_PING_SINCE = 3;

/** Probes one member after the other, one at a time (memberlist, probe and probeNode). */
export function probeOn(step: Step): void {
  endProbe(step);
  askOthers(step);
  const { state, settings, now } = step;
  if (state.probe !== undefined || state.probeAt > now) return;
  state.probeAt = now + settings.probeEveryMs;
  const member = nextInOrder(step);
  if (member !== undefined) beginProbe(step, member);
}

/** When `probeOn` has something to do. */
export function nextProbeStep({ probe, order, probeAt }: Step['state']): number | undefined {
  if (probe === undefined) return order.length === 0 ? undefined : probeAt;
  return probe.askedOthers ? probe.endsAt : Math.min(probe.indirectAt, probe.endsAt);
}

function beginProbe(step: Step, member: Member): void {
  const { state, settings, now } = step;
  const ping = nextPing(step, member.node);
  state.probe = {
    sequence: ping.sequence,
    member,
    incarnation: member.incarnation,
    indirectAt: now + settings.probeTimeoutMs,
    endsAt: now + settings.probeEveryMs * (state.unhealthy + 1),
    missingNacks: undefined,
    askedOthers: false,
    isReachedByStream: false,
  };
  if (member.standing.kind === 'alive') return send(step, member.endpoint, member.node, ping);
  // A suspect is told so, that it can refute as soon as possible.
  const { node, incarnation } = member;
  const accusation = { kind: 'suspect', incarnation, node, from: settings.node } as const;
  sendAlone(step, member, [ping, accusation]);
}

/** Our own ping, which the caller sends. */
export function nextPing(step: Step, node: string): Ping {
  const { state } = step;
  state.sequence = (state.sequence + 1) >>> 0;
  return { kind: 'ping', sequence: state.sequence, node, source: ownSource(step) };
}

/** Others may reach it, and TCP may where UDP does not. */
function askOthers(step: Step): void {
  const { state, settings, now, random, actions } = step;
  const { probe } = state;
  if (probe === undefined || probe.askedOthers || probe.indirectAt > now) return;
  const { member, sequence } = probe;
  const helpers = state.order.filter((one) => one !== member && one.standing.kind === 'alive');
  const chosen = choose(helpers, settings.indirectProbes, random);
  for (const helper of chosen) {
    send(step, helper.endpoint, helper.node, {
      kind: 'indirect-ping',
      sequence,
      target: member.endpoint,
      node: member.node,
      wantsNack: sendsNacks(helper),
      source: ownSource(step),
    });
  }
  const nacks = chosen.filter(sendsNacks).length;
  state.probe = { ...probe, askedOthers: true, missingNacks: nacks === 0 ? undefined : nacks };
  if (member.versions[1] < STREAM_PING_SINCE) return;
  const ping: Ping = { kind: 'ping', sequence, node: member.node, source: ownSource(step) };
  actions.push({ kind: 'stream-ping', to: member.endpoint, ping });
}

function sendsNacks({ versions }: Member): boolean {
  return versions[1] >= NACK_SINCE;
}

/** Nobody heard of it in time. Where those we asked are silent too, it is we who are hard to reach. */
function endProbe(step: Step): void {
  const { state, settings, now } = step;
  const { probe } = state;
  if (probe === undefined || probe.endsAt > now) return;
  state.probe = undefined;
  const { node } = probe.member;
  if (probe.isReachedByStream) {
    feelWorse(step, -1);
    return report(step, { kind: 'reached-by-stream', node });
  }
  feelWorse(step, probe.missingNacks ?? 1);
  const { incarnation } = probe;
  hearSuspect(step, { kind: 'suspect', incarnation, node, from: settings.node });
}

/** Returns whether it answers our probe. */
export function hearAckOfProbe(step: Step, { sequence }: Ack): boolean {
  const { state } = step;
  if (state.probe?.sequence !== sequence) return false;
  state.probe = undefined;
  feelWorse(step, -1);
  return true;
}

export function hearNack({ state }: Step, { sequence }: Nack): void {
  const { probe } = state;
  if (probe?.sequence !== sequence || probe.missingNacks === undefined) return;
  state.probe = { ...probe, missingNacks: Math.max(0, probe.missingNacks - 1) };
}

export function hearStreamAck({ state }: Step, sequence: number): void {
  const { probe } = state;
  if (probe?.sequence === sequence) state.probe = { ...probe, isReachedByStream: true };
}

/** All once in each round; after a round those who are gone for long are forgotten. */
function nextInOrder(step: Step): Member | undefined {
  const { state } = step;
  for (let looked = 0; looked <= state.order.length; looked += 1) {
    if (state.nextInOrder >= state.order.length) beginRound(step);
    const member = state.order[state.nextInOrder];
    state.nextInOrder += 1;
    if (member !== undefined && !isGone(member)) return member;
  }
  return undefined;
}

function beginRound({ state, settings, now, random }: Step): void {
  state.nextInOrder = 0;
  const isKept = (member: Member) =>
    !isGone(member) || now - member.standing.since <= settings.gossipToDeadMs;
  for (const member of state.order) if (!isKept(member)) state.members.delete(member.node);
  state.order = shuffled(state.order.filter(isKept), random);
}
