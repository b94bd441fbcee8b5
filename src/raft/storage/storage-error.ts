import { messageOf } from '../../base/message-of.ts';
import { sanitize } from '../../base/sanitize.ts';

/** Why what must be kept could not be. */
export type StorageProblem =
  | 'full'
  | 'read-only'
  | 'no-access'
  | 'no-folder'
  /** What was kept is not what is there. */
  | 'damaged'
  | 'failed';

/**
 * The folder does not keep what it must. Never to be tried again with the same storage: nobody knows
 * what is on the disk until it is opened anew.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly problem: StorageProblem;

  constructor(problem: StorageProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

const PROBLEMS: Readonly<Record<string, StorageProblem>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
  EACCES: 'no-access',
  EPERM: 'no-access',
  ENOTDIR: 'no-folder',
};

const ADVICE: Readonly<Record<StorageProblem, string>> = {
  full: 'there is no space left: make room, and start again',
  'read-only': 'the file system is read-only: mount it so that it can be written, and start again',
  'no-access': 'this user may not write there: give it the right, and start again',
  'no-folder': 'a file is in the way of the folder: choose another path, or move the file away',
  damaged:
    'what this server has promised to the others cannot be known any more: remove the file, and ' +
    'start again; the server then joins under a new id, and has everything from the others',
  failed: 'the disk did not do what it was asked',
};

/** What went wrong with the file at `path`, and what to do about it. */
export function storageError(path: string, cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const problem = PROBLEMS[code] ?? 'failed';
  const message = `${path}: ${ADVICE[problem]} (${sanitize(messageOf(cause))})`;
  return new StorageError(problem, message, { cause });
}

/** What is in the file at `path` is not what was written. */
export function damaged(path: string, what: string, cause?: unknown): StorageError {
  return new StorageError('damaged', `${path}: ${what}; ${ADVICE.damaged}`, { cause });
}
