import { mkdirSync, writeFileSync } from 'node:fs';
import { command, ip } from '../../test/support/network/own-network.ts';
import { makeCgroups } from './cgroups.ts';
import { ADDRESSES, inState } from './layout.ts';

/** Folders of the machine in which a node's programs write at fixed paths: path here, path there. */
const COVERED = [
  ['var-lib', '/var/lib'],
  ['var-log', '/var/log'],
] as const;

/** Makes a node of the namespaces that this process is in: nothing of it is seen outside of them. */
export async function becomeMachine(): Promise<void> {
  await command('mount', '-t', 'tmpfs', '-o', 'mode=0755', 'run', '/run');
  for (const [name, path] of COVERED) {
    mkdirSync(inState(name), { recursive: true });
    await command('mount', '--bind', inState(name), path);
  }
  makeCgroups();
  await ip('link set lo up');
  await ip(`addr add ${ADDRESSES.node}/32 dev lo`);
  // Without a route the node's own programs could not begin to call a Service.
  await ip(`route add ${ADDRESSES.services} dev lo`);
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
}
