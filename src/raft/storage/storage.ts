import type { Folder, OpenFile } from './folder.ts';
import { type Change, changed, type KeptState, NOTHING_KEPT } from './kept-state.ts';
import {
  type Beginning,
  decodeBeginning,
  decodeChanges,
  encodeBeginning,
  encodeChanges,
} from './payloads.ts';
import { frame, readRecords } from './records.ts';
import { damaged, storageError } from './storage-error.ts';

/** What a server keeps, on its disk. */
export interface Storage {
  /** A random UUID, made with the file and gone with it: an empty disk is another server. */
  readonly serverId: string;
  /** What was kept when it was opened. */
  readonly restored: KeptState;
  /**
   * Makes a change. When it resolves, the change is on the disk, whole; changes are made in the order
   * in which they are asked for, and those that wait for the disk go to it together. After an error
   * nothing more is taken.
   * @throws StorageError; RangeError for entries that would leave a gap
   */
  save(change: Change): Promise<void>;
  /** Waits for what is being written, and takes nothing more. */
  close(): Promise<void>;
}

const FILE = 'raft.log';
const NEW_FILE = 'raft.log.new';
/** What was changed since its beginning may take so much room before a new file is begun. */
const MOST_CHANGES_BYTES = 1_024 * 1_024;

/**
 * Opens what a server keeps in `folder`, or begins it there: one file that starts with everything at
 * one time, followed by each change since. A snapshot begins a new file, which takes the place of the
 * old one by its name: whatever stops the machine, there is one or the other. The server's id is in
 * it, so that what it promised is never lost while its name is kept.
 *
 * A folder is for one process; nothing here finds out about another.
 * @param newId makes a random UUID
 * @throws StorageError
 */
export async function openStorage(folder: Folder, newId: () => string): Promise<Storage> {
  const path = `${folder.path}/${FILE}`;
  try {
    const log = await openLog(folder, path, newId);
    return storageOf(folder, path, log);
  } catch (error) {
    throw storageError(path, error);
  }
}

interface Log extends Beginning {
  readonly file: OpenFile;
  /** Of the file, and of its first record. */
  readonly size: number;
  readonly beginningSize: number;
}

async function openLog(folder: Folder, path: string, newId: () => string): Promise<Log> {
  const content = await folder.read(FILE);
  if (content === undefined) {
    return beginLog(folder, { serverId: newId(), state: NOTHING_KEPT });
  }
  const { payloads, end, rest } = readRecords(content);
  const [first, ...others] = payloads;
  if (first === undefined || rest === 'damaged') throw damaged(path, `damaged at byte ${end}`);
  const beginning = replay(path, first, others);
  const file = await folder.open(FILE);
  if (rest === 'torn') {
    await file.truncate(end);
    await file.sync();
  }
  // What a crash left in its place may not be on the disk yet, in spite of its name.
  await folder.sync();
  return { ...beginning, file, size: end, beginningSize: frame(first).length };
}

function replay(path: string, first: Uint8Array, others: readonly Uint8Array[]): Beginning {
  try {
    const { serverId, state } = decodeBeginning(first);
    const changes = others.flatMap(decodeChanges);
    return { serverId, state: changes.reduce(changed, state) };
  } catch (error) {
    throw damaged(path, 'whole, but not what this version writes', error);
  }
}

/** When it returns, the file is on the disk, and in the place of the one before. */
async function beginLog(folder: Folder, beginning: Beginning): Promise<Log> {
  const record = frame(encodeBeginning(beginning));
  const file = await folder.create(NEW_FILE);
  await file.write(record, 0);
  await file.sync();
  await folder.rename(NEW_FILE, FILE);
  await folder.sync();
  return { ...beginning, file, size: record.length, beginningSize: record.length };
}

interface Writing {
  readonly folder: Folder;
  readonly path: string;
  log: Log;
  /** What waits for the disk, and what ends when all of that is on it. */
  waiting: { readonly changes: Change[]; readonly written: Promise<void> } | undefined;
  /** Rejected once, it stays so: that is how nothing more is taken after an error. */
  last: Promise<void>;
}

function storageOf(folder: Folder, path: string, opened: Log): Storage {
  const writing: Writing = {
    folder,
    path,
    log: opened,
    waiting: undefined,
    last: Promise.resolve(),
  };
  return {
    serverId: opened.serverId,
    restored: opened.state,
    save: (change) => save(writing, change),
    close: () => close(writing),
  };
}

function save(writing: Writing, change: Change): Promise<void> {
  if (writing.waiting !== undefined) {
    writing.waiting.changes.push(change);
    return writing.waiting.written;
  }
  const changes = [change];
  const written = writing.last.then(() => {
    writing.waiting = undefined;
    return write(writing, changes);
  });
  writing.waiting = { changes, written };
  writing.last = written;
  return written;
}

async function close(writing: Writing): Promise<void> {
  const { last, path } = writing;
  writing.last = Promise.reject(new Error(`${path} is closed`));
  writing.last.catch(() => undefined);
  writing.waiting = undefined;
  await last.catch(() => undefined);
  await writing.log.file.close();
}

async function write(writing: Writing, changes: readonly Change[]): Promise<void> {
  const { folder, path, log } = writing;
  const state = changes.reduce(changed, log.state);
  try {
    const needsNewFile = changes.some(({ snapshot }) => snapshot !== undefined);
    if (needsNewFile || isOvergrown(log)) {
      writing.log = await beginLog(folder, { serverId: log.serverId, state });
      await log.file.close();
    } else {
      writing.log = await appendToLog(log, state, changes);
    }
  } catch (error) {
    throw storageError(path, error);
  }
}

/** One record, so that a crash leaves all of the changes or none. */
async function appendToLog(log: Log, state: KeptState, changes: readonly Change[]): Promise<Log> {
  const record = frame(encodeChanges(changes));
  await log.file.write(record, log.size);
  await log.file.sync();
  return { ...log, state, size: log.size + record.length };
}

function isOvergrown({ size, beginningSize }: Log): boolean {
  return size > 2 * beginningSize + MOST_CHANGES_BYTES;
}
