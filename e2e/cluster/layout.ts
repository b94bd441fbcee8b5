import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/** Addresses in the cluster's network. */
export const ADDRESSES = {
  node: '10.77.0.1',
  pods: '10.77.64.0/19',
  services: '10.96.0.0/16',
  kubernetes: '10.96.0.1',
  dns: '10.96.0.10',
} as const;

export const NODE_NAME = 'node-1';
export const API_SERVER = `https://${ADDRESSES.node}:6443`;
/**
 * The folder with all that the cluster writes. It is always the same one, so that the next run finds
 * what a killed one left. Containers' files lie in it too: it should not be on overlayfs.
 */
export function stateFolder(): string {
  return resolve(process.env['E2E_STATE'] || join(tmpdir(), 'kubernetes-vault-e2e'));
}

/** The name of the cgroup, in each hierarchy, that all containers are in. */
export function cgroupName(): string {
  return basename(stateFolder());
}

/** A path below the cluster's folder. */
export function inState(...names: readonly string[]): string {
  return join(stateFolder(), ...names);
}

/** Where the output of one of the node's programs goes. */
export function logOf(program: string): string {
  return inState('logs', `${program}.log`);
}

export const files = {
  /** Of a user who may do everything. */
  adminKubeconfig: () => inState('kubeconfig', 'admin'),
  kubeconfig: (user: string) => inState('kubeconfig', user),
  pki: (name: string) => inState('pki', name),
  /** Says who holds the cluster's namespaces. */
  holder: () => inState('holder.json'),
  /** There once the cluster is ready. */
  ready: () => inState('ready'),
} as const;
