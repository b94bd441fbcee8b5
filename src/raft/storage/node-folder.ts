import { chmod, type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder, OpenFile } from './folder.ts';
import { storageError } from './storage-error.ts';

/** For nobody but this user: whoever can read it can claim to be this server. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * The folder at `path`, which is made if it is not there.
 * @throws StorageError
 */
export async function nodeFolder(path: string): Promise<Folder> {
  try {
    await mkdir(path, { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    throw storageError(path, error);
  }
  // A volume may belong to somebody else, who alone can close it to others; the files are closed anyway.
  await chmod(path, FOLDER_MODE).catch(() => undefined);
  return {
    path,
    read: (name) => readIfThere(join(path, name)),
    create: async (name) => openFile(await open(join(path, name), 'w', FILE_MODE)),
    open: async (name) => openFile(await open(join(path, name), 'r+')),
    rename: (from, to) => rename(join(path, from), join(path, to)),
    sync: () => syncFolder(path),
  };
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
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
