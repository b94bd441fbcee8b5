import { statfs } from 'node:fs/promises';
import { Failure } from './failure.ts';

/**
 * Checks before a long step that its result will fit.
 * @throws Failure if fewer than `megabytes` are free where `folder` (which exists) lies.
 */
export async function requireSpace(folder: string, megabytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / 1_000_000);
  if (free >= megabytes) return;
  throw new Failure(`${what} needs ${megabytes} MB of disk space; ${folder} has ${free} MB left`);
}
