import { mkdirSync } from 'node:fs';
import { Machine } from './machine.ts';
import { command, ip, requireOwnNetwork } from './own-network.ts';

const BRIDGE = 'machines';
const GATEWAY = '10.213.0.1';
/** By itself it would have that of one of its machines, and another one when machines come and go. */
const MAC = '02:00:00:00:00:01';
const FIRST_MACHINE = 256;
const POD_ADDRESSES = 60_000;

/** Addresses of servers: each can be cut off alone. */
export const SERVERS = { kube: '10.213.0.2', vault: '10.213.0.3' } as const;

/** All addresses of pods. */
export const PODS = '10.214.0.0/16';

/**
 * A network of machines, on one bridge. This process and what it starts have the addresses of
 * servers in it, and each address of pods there is; a controller gets a machine of its own.
 */
export interface Network {
  /** Adds a machine: a network namespace with an address and a cable. */
  machine(): Promise<Machine>;
  /** An address that no other pod has had for long; this process may listen there. */
  anotherPodAddress(): string;
}

/**
 * Sets up the network. It ends with the process namespace that tools/in-own-network made.
 * @throws Error in one line where this process is not in a network of its own
 */
export async function createNetwork(): Promise<Network> {
  requireOwnNetwork();
  await removeLeftOvers();
  mkdirSync('/run/netns', { recursive: true });
  await command('mount', '-t', 'tmpfs', 'netns', '/run/netns');
  await ip('link set lo up');
  await ip(`link add ${BRIDGE} address ${MAC} type bridge`);
  await ip(`link set ${BRIDGE} up`);
  await ip(`addr add ${GATEWAY}/16 dev ${BRIDGE}`);
  for (const address of Object.values(SERVERS)) await ip(`addr add ${address}/16 dev ${BRIDGE}`);
  await ip(`route replace local ${PODS} dev lo`);
  let [machines, pods] = [0, 0];
  return {
    machine() {
      machines += 1;
      return Machine.add({
        name: `m${machines}`,
        address: `10.213.${numbered(machines, FIRST_MACHINE)}`,
        bridge: BRIDGE,
        gateway: GATEWAY,
      });
    },
    anotherPodAddress() {
      pods = (pods % POD_ADDRESSES) + 1;
      return `10.214.${numbered(pods, 0)}`;
    },
  };
}

/** What another process has set up in the same namespace before, and which may have been killed. */
async function removeLeftOvers(): Promise<void> {
  const links = JSON.parse(await ip('-json link')) as readonly { readonly ifname: string }[];
  for (const { ifname } of links.filter((link) => link.ifname !== 'lo')) {
    // Some come by themselves with every namespace, and cannot be deleted; nothing goes over them.
    await ip(`link delete ${ifname}`).catch(() => {});
  }
}

/** The last two numbers of the address: 250 to a block, so that none looks like a network's. */
function numbered(count: number, from: number): string {
  const at = count - 1;
  return `${(from >> 8) + Math.floor(at / 250)}.${1 + (at % 250)}`;
}
