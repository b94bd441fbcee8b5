import { findServer, isVoter, votersOf } from '../../../raft/core/configuration.ts';
import type { Change, PeerStatus, RaftStatus } from '../../../raft/core/io.ts';
import type { Configuration, ServerInfo } from '../../../raft/messages.ts';
import { isDue, isSameCluster, type OpenFolder, type Step } from './state.ts';
import { isGoing, mayBeThere, memberOf } from './who-is-there.ts';

/** Who becomes a voter has everything that is final, and was heard of just now. */
const SILENT_MS = 1_000;
const MOST_VOTERS = 5;
/** Whoever is there has answered a leader's heartbeats in this time. */
const HEARD_AGAIN_MS = 500;

/**
 * What a leader is to change in its configuration, one server at a time: whoever is alive comes in,
 * whoever goes or is gone for good goes out, and as many have a vote as is good for so many.
 */
export function nextChange(step: Step, folder: OpenFolder, raft: RaftStatus): Change | undefined {
  return (
    removeGoing(step, folder, raft) ??
    removeGone(step, folder, raft) ??
    add(step, folder, raft) ??
    demote(step, folder, raft) ??
    promote(step, raft)
  );
}

/**
 * Two servers with a vote each would stop where either does: so one has it. More than five only make
 * each write wait for more.
 */
function wantedVoters({ servers }: Configuration): number {
  const { length } = servers;
  if (length < 3) return 1;
  return Math.min(length - ((length + 1) % 2), MOST_VOTERS);
}

/**
 * As soon as those who stay are known to be able to commit it without the one who goes; until then its
 * vote is of use. A voter who is silent loses his first: else one that was killed, and one that is told
 * to stop a moment later, would leave a leader that can decide nothing.
 */
function removeGoing(
  step: Step,
  { serverId }: OpenFolder,
  { configuration, peers }: RaftStatus,
): Change | undefined {
  const { state, now } = step;
  const going = configuration.servers.find(({ id }) => {
    const member = id === serverId ? undefined : memberOf(state, id);
    return member !== undefined && isGoing(member);
  });
  if (going === undefined) return undefined;
  if (state.going?.id !== going.id) state.going = { id: going.id, since: now };
  const { since } = state.going;
  const silent = votersOf(configuration).filter(({ id }) => {
    const contactAt = peerOf(peers, id)?.contactAt ?? Number.POSITIVE_INFINITY;
    return id !== going.id && id !== serverId && contactAt < since;
  });
  const staying = votersOf(configuration).filter(({ id }) => id !== going.id);
  const canCommit = 2 * (staying.length - silent.length) > staying.length;
  if (canCommit || !isVoter(configuration, going.id)) return { kind: 'remove', id: going.id };
  if (!isDue(step, since + HEARD_AGAIN_MS)) return undefined;
  const [first] = silent;
  return first && { kind: 'demote', id: first.id };
}

/** Its pod is gone, and Raft has not reached it for a while either. */
function removeGone(
  step: Step,
  { serverId }: OpenFolder,
  { configuration, peers }: RaftStatus,
): Change | undefined {
  const { state, settings } = step;
  const gone = configuration.servers.find((server) => {
    if (server.id === serverId || mayBeThere(state, settings, server)) return false;
    const contactAt = peerOf(peers, server.id)?.contactAt ?? Number.POSITIVE_INFINITY;
    return isDue(step, contactAt + settings.goneMs);
  });
  return gone && { kind: 'remove', id: gone.id };
}

/** As a nonvoter; or with the address that it has now, where it has come back at another. */
function add(
  { state, settings }: Step,
  { cluster, serverId }: OpenFolder,
  { configuration }: RaftStatus,
): Change | undefined {
  const ours = { id: serverId, address: settings.raftAddress };
  const others = state.members.flatMap((member) => {
    const { server, status } = member;
    const isMeant = status === 'alive' && !isGoing(member);
    if (!isMeant || server?.serverId === undefined) return [];
    if (!isSameCluster(server.cluster, cluster)) return [];
    return [{ id: server.serverId, address: server.raftAddress }];
  });
  const changed = [ours, ...others].find(
    ({ id, address }) => findServer(configuration, id)?.address !== address,
  );
  return changed && { kind: 'add', ...changed };
}

/** Whoever has been silent for the longest; a leader that gave up its own vote would have to go. */
function demote(
  { state }: Step,
  { serverId }: OpenFolder,
  { configuration, peers }: RaftStatus,
): Change | undefined {
  // Who leaves needs an heir more than the right number.
  if (state.leaving !== undefined) return undefined;
  const voters = votersOf(configuration);
  if (voters.length <= wantedVoters(configuration)) return undefined;
  const contactAt = ({ id }: ServerInfo) => peerOf(peers, id)?.contactAt ?? 0;
  const [first] = voters
    .filter(({ id }) => id !== serverId)
    .toSorted((one, other) => contactAt(one) - contactAt(other));
  return first && { kind: 'demote', id: first.id };
}

function promote({ state, now }: Step, raft: RaftStatus): Change | undefined {
  const { configuration, peers, commit } = raft;
  const voters = votersOf(configuration);
  const needsHeir = state.leaving !== undefined && voters.length === 1;
  if (voters.length >= wantedVoters(configuration) && !needsHeir) return undefined;
  const ready = configuration.servers.find(({ id, suffrage }) => {
    const member = memberOf(state, id);
    const peer = peerOf(peers, id);
    if (suffrage === 'voter' || peer === undefined) return false;
    const isHere = member?.status === 'alive' && !isGoing(member);
    return isHere && peer.match >= commit && now - peer.contactAt <= SILENT_MS;
  });
  return ready && { kind: 'promote', id: ready.id };
}

function peerOf(peers: readonly PeerStatus[], id: string): PeerStatus | undefined {
  return peers.find((peer) => peer.id === id);
}
