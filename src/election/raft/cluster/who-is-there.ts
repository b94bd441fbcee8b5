import type { ServerInfo } from '../../../raft/messages.ts';
import { parsePeerAddress } from '../../peer/peer-address.ts';
import type { ClusterMember, ClusterSettings } from './messages.ts';
import { type ClusterState, openFolder } from './state.ts';

/** It takes part in the gossip, and says so itself. */
export function isAlive({ status }: ClusterMember): boolean {
  return status === 'alive' || status === 'leaving';
}

/** It is on its way out, in order, or out. */
export function isGoing({ status, server }: ClusterMember): boolean {
  return status === 'leaving' || status === 'left' || server?.isLeaving === true;
}

/** Undefined: gossip does not know it, or not any more. */
export function memberOf({ members }: ClusterState, serverId: string): ClusterMember | undefined {
  const all = members.filter(({ server }) => server?.serverId === serverId);
  // The same server may have been a member at another address before.
  return all.find(isAlive) ?? all[0];
}

/** Whether gossip hears it. We hear ourselves. */
function isHeard(state: ClusterState, { id }: ServerInfo): boolean {
  if (openFolder(state)?.serverId === id) return true;
  const member = memberOf(state, id);
  return member !== undefined && isAlive(member);
}

/**
 * Whether its pod may be there: gossip hears it, or the Service leads to its address, and no other
 * server is known to have that now. What the Service leads to may be unknown: then it may be.
 */
export function mayBeThere(
  state: ClusterState,
  settings: ClusterSettings,
  server: ServerInfo,
): boolean {
  if (isHeard(state, server) || state.pods === undefined) return true;
  const ip = parsePeerAddress(server.address)?.host;
  if (ip === undefined || !state.pods.has(ip) || ip === settings.podIp) return false;
  return !state.members.some(
    (member) => member.podIp === ip && isAlive(member) && member.server?.serverId !== undefined,
  );
}
