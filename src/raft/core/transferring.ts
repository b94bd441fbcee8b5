import { isVoter } from './configuration.ts';
import type { Refusal } from './io.ts';
import type { Leading, Peer, Step } from './state.ts';

/**
 * Nothing is proposed until the other has caught up, and has been asked to begin an election at once
 * (Raft's dissertation, 3.10). If no other leads in time, this one goes on.
 */
export function beginTransfer(step: Step, to: string | undefined): void {
  const { state, settings, now, output } = step;
  const { role } = state;
  const refuse = (why: Refusal) => {
    output.result = { kind: 'refused', why };
  };
  if (role.kind !== 'leader') return refuse('not-leader');
  if (role.transfer !== undefined) return refuse('transferring');
  const peer = votersAmong(step, role)
    .filter(({ server }) => to === undefined || server.id === to)
    .reduce<Peer | undefined>(further, undefined);
  if (peer === undefined) return refuse('unknown-server');
  // Followers wait for so long at least: whoever is asked has won by then, or will not.
  const until = now + settings.electionMinMs;
  role.transfer = { to: peer.server.id, until, isAsked: false };
  output.result = { kind: 'begun' };
}

function votersAmong({ state }: Step, { peers }: Leading): Peer[] {
  const { configuration } = state.configuration;
  return [...peers.values()].filter(({ server }) => isVoter(configuration, server.id));
}

function further(best: Peer | undefined, peer: Peer): Peer {
  if (best === undefined) return peer;
  if (peer.match !== best.match) return peer.match > best.match ? peer : best;
  return peer.contactAt > best.contactAt ? peer : best;
}
