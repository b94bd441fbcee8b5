import { advanceCommit } from './committing.ts';
import { findServer, majorityReach } from './configuration.ts';
import { heartbeatOf } from './heartbeat.ts';
import { lastIndexOf } from './log.ts';
import { nextAppendAt, replicate } from './replicating.ts';
import { becomeFollower, takeRole } from './roles.ts';
import { appendEntries, ask, type Leading, type Peer, type RaftState, type Step } from './state.ts';

const NOTHING = new Uint8Array();

/** Begins with an entry of the own term: with it all before it can be committed. */
export function becomeLeader(step: Step): void {
  const { state, settings } = step;
  const index = lastIndexOf(state.log) + 1;
  const leading: Leading = {
    kind: 'leader',
    firstIndex: index,
    peers: new Map(),
    transfer: undefined,
  };
  takeRole(step, leading);
  state.leader = settings.id;
  followConfiguration(step, leading);
  appendEntries(step, [{ kind: 'noop', index, term: state.term, data: NOTHING }]);
}

/** Everybody else in the configuration is a peer, and nobody but they. */
export function followConfiguration(step: Step, { peers }: Leading): void {
  const { state, settings } = step;
  const { configuration } = state.configuration;
  for (const id of peers.keys()) if (!findServer(configuration, id)) forget(step, peers, id);
  for (const server of configuration.servers) {
    if (server.id === settings.id) continue;
    const peer = peers.get(server.id);
    if (peer === undefined) peers.set(server.id, newPeer(step, server));
    else peer.server = server;
  }
}

/** With all that it was asked: it may come again, as another peer. */
function forget({ state: { calls } }: Step, peers: Leading['peers'], id: string): void {
  peers.delete(id);
  for (const [call, { to }] of calls) if (to === id) calls.delete(call);
}

function newPeer({ state, now }: Step, server: Peer['server']): Peer {
  return {
    server,
    mode: 'probing',
    next: lastIndexOf(state.log) + 1,
    match: 0,
    inFlight: 0,
    contactAt: now,
    heartbeatAt: now,
    appendAt: now,
    pausedUntil: now,
  };
}

/** What time alone has ended comes first: a pause of the process may have been long. */
export function passTime(step: Step): void {
  const { state, now } = step;
  const { role } = state;
  if (role.kind !== 'leader') return;
  if (now >= quorumEndsAt(step, role)) becomeFollower(step, state.term);
  else if (role.transfer !== undefined && now >= role.transfer.until) role.transfer = undefined;
}

/** What is due of a leader, whatever has happened. */
export function lead(step: Step): void {
  passTime(step);
  const { role } = step.state;
  if (role.kind !== 'leader') return;
  advanceCommit(step, role);
  if (step.state.role !== role) return;
  for (const peer of role.peers.values()) {
    beat(step, peer);
    replicate(step, peer);
  }
  askToTakeOver(step, role);
}

/** Silent towards a majority for so long, a leader gives up: another may have been elected. */
export function quorumEndsAt(
  { state, settings }: Pick<Step, 'state' | 'settings'>,
  { peers }: Leading,
): number {
  const { configuration } = state.configuration;
  const contactAt = (id: string) =>
    id === settings.id ? Infinity : (peers.get(id)?.contactAt ?? -Infinity);
  return majorityReach(configuration, contactAt) + settings.electionMinMs;
}

function beat(step: Step, peer: Peer): void {
  const { state, settings, now } = step;
  if (now < peer.heartbeatAt) return;
  peer.heartbeatAt = now + settings.heartbeatMs;
  ask(step, peer.server, heartbeatOf(state.term));
}

function askToTakeOver(step: Step, { transfer, peers }: Leading): void {
  const peer = peers.get(transfer?.to ?? '');
  if (transfer === undefined || peer === undefined || transfer.isAsked) return;
  if (peer.match !== lastIndexOf(step.state.log)) return;
  transfer.isAsked = true;
  ask(step, peer.server, { kind: 'timeout-now' });
}

export function leaderWakesAt(
  state: RaftState,
  settings: Step['settings'],
  leading: Leading,
): number {
  let next = Math.min(
    quorumEndsAt({ state, settings }, leading),
    leading.transfer?.until ?? Infinity,
  );
  for (const peer of leading.peers.values()) {
    next = Math.min(next, peer.heartbeatAt, nextAppendAt(peer, settings));
  }
  return next;
}
