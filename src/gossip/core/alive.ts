import type { Alive, Endpoint, Versions } from '../messages.ts';
import { insertAnywhere } from './choose.ts';
import { refute } from './refute.ts';
import { isGone, type Member, report, type Step, spread, tellChange } from './state.ts';

/** A member said that it is there, which a higher incarnation alone can say anew (memberlist, aliveNode). */
export function hearAlive(step: Step, alive: Alive): void {
  if (!isPossible(alive.versions)) return;
  if (alive.node === step.settings.node) return hearAliveOfUs(step, alive);
  const member = step.state.members.get(alive.node);
  if (member === undefined) return takeIn(step, alive);
  const isElsewhere = !isSameEndpoint(member.endpoint, alive.endpoint);
  if (isElsewhere && !mayMove(step, member)) {
    return report(step, { kind: 'conflict', node: alive.node, endpoint: alive.endpoint });
  }
  if (alive.incarnation <= member.incarnation && !isElsewhere) return;
  comeAlive(step, member, alive);
}

function comeAlive(step: Step, member: Member, alive: Alive): void {
  const wasGone = isGone(member);
  const isChanged = Buffer.compare(member.meta, alive.meta) !== 0;
  const { endpoint, meta, versions, incarnation } = alive;
  Object.assign(member, { endpoint, meta, versions, incarnation });
  if (member.standing.kind !== 'alive') member.standing = { kind: 'alive', since: step.now };
  spread(step, member.node, alive);
  if (wasGone) tellChange(step, 'joined', member);
  else if (isChanged) tellChange(step, 'updated', member);
}

function takeIn(step: Step, alive: Alive): void {
  const { state, settings, now, random } = step;
  const { node, endpoint, meta, versions, incarnation } = alive;
  if (incarnation === 0) return;
  if (state.members.size >= settings.mostMembers) {
    return report(step, { kind: 'refused', node, reason: 'crowd' });
  }
  const standing = { kind: 'alive', since: now } as const;
  const member: Member = { node, endpoint, meta, versions, incarnation, standing };
  state.members.set(node, member);
  insertAnywhere(state.order, member, random);
  spread(step, node, alive);
  tellChange(step, 'joined', member);
}

/** Whoever started anew under the same name finds what was said of it before, and says it otherwise. */
function hearAliveOfUs(step: Step, alive: Alive): void {
  const { me, isLeaving } = step.state;
  if (isLeaving || alive.incarnation < me.incarnation) return;
  if (!isSameEndpoint(me.endpoint, alive.endpoint)) {
    return report(step, { kind: 'conflict', node: me.node, endpoint: alive.endpoint });
  }
  if (alive.incarnation === me.incarnation && isSameDescription(me, alive)) return;
  refute(step, alive.incarnation);
}

function isSameDescription(me: Member, alive: Alive): boolean {
  return (
    Buffer.compare(me.meta, alive.meta) === 0 && me.versions.join('.') === alive.versions.join('.')
  );
}

/** A name belongs to an address, unless its member left or is long dead. */
function mayMove({ settings, now }: Step, { standing }: Member): boolean {
  const { reclaimDeadAfterMs } = settings;
  if (standing.kind === 'left') return true;
  return (
    standing.kind === 'dead' && reclaimDeadAfterMs > 0 && now - standing.since > reclaimDeadAfterMs
  );
}

function isSameEndpoint(one: Endpoint, other: Endpoint): boolean {
  return one.host === other.host && one.port === other.port;
}

function isPossible([min, max]: Versions): boolean {
  return min > 0 && max > 0 && min <= max;
}
