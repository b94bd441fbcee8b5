import type { Agent } from 'node:http';
import { type VaultAgents, vaultAgents } from '../client/vault-agents.ts';

/**
 * Connections that are verified by what `ca` says at the time they are made. When that changes, what
 * is under way ends as it began, and new requests go over new connections.
 * @param ca PEM certificates that alone verify Vault; undefined where the system's roots do
 * @throws VaultSettingError, also from its methods, if `ca` holds no certificate
 */
export function liveAgents(ca: () => string | undefined, maxSockets: number): VaultAgents {
  let used = ca();
  let agents = vaultAgents(used, maxSockets);
  const retired = new Set<VaultAgents>();

  const current = () => {
    const now = ca();
    if (now === used) return agents;
    const fresh = vaultAgents(now, maxSockets);
    forgetUnused(retired);
    retired.add(agents);
    closeIdle(agents.https());
    used = now;
    agents = fresh;
    return agents;
  };
  return {
    http: () => agents.http(),
    https: () => current().https(),
    destroy() {
      for (const one of [agents, ...retired]) one.destroy();
    },
  };
}

function closeIdle({ freeSockets }: Agent): void {
  for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
}

/** Their connections close by themselves once they have been idle for long enough. */
function forgetUnused(retired: Set<VaultAgents>): void {
  for (const agents of retired) {
    const { sockets, freeSockets } = agents.https();
    if (Object.keys(sockets).length + Object.keys(freeSockets).length === 0) retired.delete(agents);
  }
}
