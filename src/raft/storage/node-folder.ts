import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Folder, OpenFile } from './folder.ts';
import { storageError } from './storage-error.ts';

/** For nobody but this user: whoever can read it can claim to be this server. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * The folder at `path`, made for this user alone if it is not there. One that is there keeps its
 * rights: a volume that others may write to should be given a folder within.
 * @throws StorageError
 */
export async function nodeFolder(path: string): Promise<Folder> {
  try {
    await makeFolder(path);
  } catch (error) {
    throw storageError(path, error);
  }
  return {
    path,
    read: (name) => readIfThere(join(path, name)),
    create: async (name) => openFile(await open(join(path, name), 'w', FILE_MODE)),
    open: async (name) => openFile(await open(join(path, name), 'r+')),
    rename: (from, to) => rename(join(path, from), join(path, to)),
    sync: () => syncFolder(path),
  };
}

/** Node's own recursion tells ENOENT of a read-only file system, which helps nobody. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, FOLDER_MODE);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    if (!hasCode(error, 'ENOENT')) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, FOLDER_MODE);
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function openFile(file: FileHandle): OpenFile {
  return {
    async write(bytes, position) {
      for (let written = 0; written < bytes.length; ) {
        const rest = bytes.length - written;
        const { bytesWritten } = await file.write(bytes, written, rest, position + written);
        written += bytesWritten;
      }
    },
    truncate: (size) => file.truncate(size),
    // The size counts as content: fdatasync writes it, too.
    sync: () => file.datasync(),
    close: () => file.close(),
  };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
