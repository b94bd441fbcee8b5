import type { Endpoint, PushPull, RemoteNode, Versions } from '../messages.ts';
import { hearAlive } from './alive.ts';
import { choose } from './choose.ts';
import { hearDead, hearSuspect } from './gone.ts';
import { isRefutable } from './refute.ts';
import { report, type Step, toRemote } from './state.ts';
import type { Connection } from './surface.ts';
import { pushPullMs } from './timing.ts';

const NOTHING = new Uint8Array();

/** Exchanges all with one of the others, now and then (memberlist, pushPull). */
export function exchangeOn(step: Step): void {
  const { state, settings, now, random } = step;
  if (state.pushPullAt > now) return;
  state.pushPullAt = now + pushPullMs(settings, state.order.length + 1);
  const living = state.order.filter(({ standing }) => standing.kind === 'alive');
  for (const { endpoint } of choose(living, 1, random)) push(step, endpoint, false);
}

export function push(step: Step, to: Endpoint, isJoin: boolean): void {
  step.actions.push({ kind: 'push-pull', to, state: ownState(step, isJoin) });
}

/** The other hears what we knew before it told us. */
export function hearPushed(step: Step, connection: Connection, state: PushPull): void {
  step.actions.push({ kind: 'pull', connection, state: ownState(step, state.isJoin) });
  merge(step, state, false);
}

/** Takes in what another knows (memberlist, mergeState). */
export function merge(step: Step, { nodes, userState }: PushPull, isOurJoin: boolean): void {
  const understand = understanding(step);
  const stranger = nodes.find((one) => one.state === 'alive' && !understand(one.versions));
  if (stranger !== undefined) {
    return report(step, { kind: 'refused', node: stranger.node, reason: 'versions' });
  }
  for (const node of nodes) mergeNode(step, node);
  step.actions.push({ kind: 'merged', userState, isOurJoin });
}

function mergeNode(step: Step, { state, ...rest }: RemoteNode): void {
  const { incarnation, node } = rest;
  if (!isRefutable(incarnation)) return;
  switch (state) {
    case 'alive':
      return hearAlive(step, { kind: 'alive', ...rest });
    case 'left':
      return hearDead(step, { kind: 'dead', incarnation, node, from: node });
    default:
      // Whom another takes for dead gets the time to refute from us too.
      return hearSuspect(step, { kind: 'suspect', incarnation, node, from: step.settings.node });
  }
}

type Understands = (versions: Versions) => boolean;

/** Whether all of us who live understand who speaks so (memberlist, verifyProtocol, of the living alone). */
function understanding({ state }: Step): Understands {
  const living = [state.me, ...state.order].filter(({ standing }) => standing.kind === 'alive');
  const range = (min: 0 | 3, max: 1 | 4) => ({
    from: Math.max(...living.map(({ versions }) => versions[min]), 0),
    to: Math.min(...living.map(({ versions }) => versions[max]), 255),
  });
  const [protocols, delegates] = [range(0, 1), range(3, 4)];
  return ([, , protocol, , , delegate]) =>
    isWithin(protocols, protocol) && isWithin(delegates, delegate);
}

function isWithin({ from, to }: { from: number; to: number }, version: number): boolean {
  return from <= version && version <= to;
}

function ownState({ state }: Step, isJoin: boolean): PushPull {
  return { isJoin, nodes: [...state.members.values()].map(toRemote), userState: NOTHING };
}
