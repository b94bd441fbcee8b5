import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

/** The file system, as much of it as writing credentials needs. All calls throw what Node does. */
export interface Files {
  /** Throws unless `path` is a directory that this process may write to. */
  readonly requireWritable: (path: string) => void;
  /** Writes a file that must not exist yet, readable by nobody else until it is whole, to the disk. */
  readonly create: (path: string, content: string, mode: number) => void;
  readonly rename: (from: string, to: string) => void;
  /** Removes a file, if it is there. */
  readonly remove: (path: string) => void;
}

const CREATE_ONLY =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Calls block: no signal can come between the parts of a file. */
export const nodeFiles: Files = {
  requireWritable(path) {
    accessSync(path, constants.W_OK | constants.X_OK);
    if (!statSync(path).isDirectory()) {
      throw Object.assign(new Error(`not a directory, '${path}'`), { code: 'ENOTDIR' });
    }
  },
  create(path, content, mode) {
    const file = openSync(path, CREATE_ONLY, 0o600);
    try {
      writeFileSync(file, content);
      // Not by open: the umask would have its say.
      fchmodSync(file, mode);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  },
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
};

/** A name that nobody can foresee. */
export function randomName(): string {
  return randomBytes(16).toString('hex');
}
