import type { BigIntStats } from 'node:fs';
import { link, lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { StorageError, storageError } from '../../../raft/storage/storage-error.ts';

/** Another process keeps its data in this directory. */
export class RaftDirInUseError extends Error {
  override readonly name = 'RaftDirInUseError';

  constructor(path: string) {
    super(`another controller answers on ${path}: give each a raftDir of its own`);
  }
}

/** What the address of a Unix socket has room for on Linux (unix(7)), without the zero at its end. */
const LONGEST_PATH_BYTES = 107;

/** Where the controller that keeps its data in `raftDir` tells of its members. */
export function membersSocket(raftDir: string): string {
  return join(raftDir, 'members.sock');
}

/**
 * Sees to it that a socket can be made at `path`: what a process left there that is no more is removed.
 * @throws RaftDirInUseError if somebody answers there
 * @throws StorageError if there can be no socket
 */
export async function clearTheWay(path: string): Promise<void> {
  if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) {
    const words = `a socket's path has ${LONGEST_PATH_BYTES} bytes at most: choose a shorter raftDir`;
    throw new StorageError('failed', `${path}: ${words}`);
  }
  const found = await lookAt(path);
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new StorageError('failed', `${path} is no socket: remove it, and start again`);
  }
  if (await isHeard(path)) throw new RaftDirInUseError(path);
  await removeOnly(path, found).catch((error: unknown) => {
    throw error instanceof RaftDirInUseError ? error : storageError(path, error);
  });
}

/** Undefined where nothing is. */
async function lookAt(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw storageError(path, error);
  }
}

const NOBODY = ['ECONNREFUSED', 'ENOENT'];
/** Whoever listens does not get on with those who came before. */
const BUSY = 'EAGAIN';

/** Whether a process listens: the kernel alone says no, so that one which hangs is heard, too. */
function isHeard(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      const code = codeOf(error) ?? '';
      if (code === BUSY || NOBODY.includes(code)) resolve(code === BUSY);
      else reject(storageError(path, error));
    });
  });
}

/** Where two processes find it at once, the second must not remove the socket that the first has made since. */
async function removeOnly(path: string, found: BigIntStats): Promise<void> {
  const aside = await mkdtemp(`${path}-`);
  try {
    const moved = join(aside, 'socket');
    const taken = await rename(path, moved).then(() => lstat(moved, { bigint: true }), isGone);
    if (taken === undefined || isSame(taken, found)) return;
    await link(moved, path).catch(() => {});
    throw new RaftDirInUseError(path);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

function isGone(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

/** The number of an inode is soon given to another file. */
function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.ino === other.ino && one.mtimeNs === other.mtimeNs;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
