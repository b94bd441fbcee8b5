import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../tools/servers/failure.ts';
import { cgroupName } from './layout.ts';

const TOP = '/sys/fs/cgroup';

/**
 * What all containers together weigh when there is not CPU enough, 16 times a thread of the machine's
 * own cgroup, by the file of cgroup version 1 and 2. On a real node kubelet, containerd and the rest are
 * one slice, and pods weigh twice that on two cores. Here each of their threads would weigh as much as
 * all pods, and no container would get on while others are made.
 */
const CPU_WEIGHT = { 'cpu.shares': '16384', 'cpu.weight': '1600' } as const;

/** Makes the cgroup of all containers in each hierarchy. */
export function makeCgroups(): void {
  for (const root of hierarchies()) {
    const folder = join(root, cgroupName());
    mkdirSync(folder, { recursive: true });
    for (const [file, weight] of Object.entries(CPU_WEIGHT)) {
      if (existsSync(join(folder, file))) writeFileSync(join(folder, file), weight);
    }
  }
}

/** Removes that cgroup with all below it; no process may be in it any more. */
export function removeCgroups(): void {
  for (const root of hierarchies()) removeTree(join(root, cgroupName()));
}

/** Those of cgroup version 1, or the one of version 2. */
function hierarchies(): string[] {
  const entries = readdirSync(TOP, { withFileTypes: true });
  if (entries.some(({ name }) => name === 'cgroup.controllers')) return [TOP];
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(TOP, name));
}

/** A cgroup's files cannot be removed, and need not be. */
function removeTree(folder: string): void {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(join(folder, entry.name));
    }
    rmdirSync(folder);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
