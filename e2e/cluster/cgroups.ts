import { mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../tools/servers/failure.ts';
import { cgroupName } from './layout.ts';

const TOP = '/sys/fs/cgroup';

/** Makes the cgroup of all containers in each hierarchy. */
export function makeCgroups(): void {
  for (const root of hierarchies()) mkdirSync(join(root, cgroupName()), { recursive: true });
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
