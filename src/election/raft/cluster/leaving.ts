import { findServer, isVoter, votersOf } from '../../../raft/core/configuration.ts';
import type { RaftStatus } from '../../../raft/core/io.ts';
import { leaseSays } from './lease-says.ts';
import {
  type Ask,
  type ClusterState,
  isDue,
  isSameCluster,
  type Leaving,
  leads,
  type OpenFolder,
  openFolder,
  type Step,
} from './state.ts';
import { isGoing, memberOf } from './who-is-there.ts';

/** So long an offer of the lead has to be taken, before it is made again. */
const OFFER_MS = 600;

/** Goes, once nobody needs us; while we lead, it is offered to another. */
export function leave(step: Step): void {
  const { state, actions } = step;
  const { leaving } = state;
  if (leaving === undefined || state.hasLeft) return;
  if (isNeeded(step, leaving)) return offerLead(step, leaving);
  state.hasLeft = true;
  actions.push({ kind: 'left' });
}

function isNeeded(step: Step, { since }: Leaving): boolean {
  const { state, settings } = step;
  if (isDue(step, since + settings.leaveMs)) return false;
  const folder = openFolder(state);
  const { raft } = state;
  if (folder === undefined || raft === undefined) return false;
  const says = leaseSays(state);
  const isOurs = 'cluster' in says && isSameCluster(says.cluster, folder.cluster);
  if (says.kind === (isOurs ? 'ended' : 'named')) return false;
  return findServer(raft.configuration, folder.serverId) !== undefined;
}

function offerLead(step: Step, leaving: Leaving): void {
  const { state, now, actions } = step;
  const { raft } = state;
  if (raft?.role !== 'leader' || raft.transferTo !== undefined) return;
  const to = heirOf(state, raft);
  if (to === undefined || !isDue(step, leaving.offeredAt + OFFER_MS)) return;
  leaving.offeredAt = now;
  actions.push({ kind: 'transfer', to });
}

/** A voter that stays; the one whose log reaches furthest. */
function heirOf(state: ClusterState, { configuration, peers }: RaftStatus): string | undefined {
  const [first] = peers
    .filter(({ id }) => {
      const member = memberOf(state, id);
      if (member === undefined || member.status !== 'alive' || isGoing(member)) return false;
      return isVoter(configuration, id);
    })
    .toSorted((one, other) => other.match - one.match);
  return first?.id;
}

/** The last one says in the Lease that it was: whoever starts next need not look for the others. */
export function ending(step: Step): Ask | undefined {
  const { state, settings } = step;
  const { leaving, raft } = state;
  const folder = openFolder(state);
  if (leaving === undefined || folder === undefined || raft === undefined || !leads(state)) {
    return undefined;
  }
  const says = leaseSays(state);
  if (says.kind !== 'named' || !isSameCluster(says.cluster, folder.cluster)) return undefined;
  if (votersOf(raft.configuration).length > 1) return undefined;
  // Half of the time is for those who might take over.
  const isTooLate = isDue(step, leaving.since + settings.leaveMs / 2);
  return isTooLate || !hasSuccessors(state, folder) ? { kind: 'end' } : undefined;
}

function hasSuccessors({ members }: ClusterState, { cluster }: OpenFolder): boolean {
  return members.some(
    (member) =>
      member.status === 'alive' &&
      !isGoing(member) &&
      isSameCluster(member.server?.cluster, cluster),
  );
}
