import type { Folder, OpenFile } from './folder.ts';
import { type Change, changed, type KeptState, NOTHING_KEPT } from './kept-state.ts';
import {
  type Beginning,
  decodeBeginning,
  decodeChange,
  encodeBeginning,
  encodeChange,
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
   * Makes a change. When it returns, the change is on the disk, whole; changes are made in the order
   * in which they are asked for. After an error nothing more is taken.
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
    const changes = others.map(decodeChange);
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

function storageOf(folder: Folder, path: string, opened: Log): Storage {
  let log = opened;
  // Rejected once, it stays so: that is how nothing more is taken after an error.
  let written: Promise<void> = Promise.resolve();
  const write = async (change: Change) => {
    const state = changed(log.state, change);
    try {
      log = await changeLog(folder, log, change, state);
    } catch (error) {
      throw storageError(path, error);
    }
  };
  return {
    serverId: opened.serverId,
    restored: opened.state,
    save(change) {
      written = written.then(() => write(change));
      return written;
    },
    async close() {
      const last = written;
      written = Promise.reject(new Error(`${path} is closed`));
      written.catch(() => undefined);
      await last.catch(() => undefined);
      await log.file.close();
    },
  };
}

async function changeLog(folder: Folder, log: Log, change: Change, state: KeptState): Promise<Log> {
  if (change.snapshot !== undefined || isOvergrown(log)) {
    const begun = await beginLog(folder, { serverId: log.serverId, state });
    await log.file.close();
    return begun;
  }
  const record = frame(encodeChange(change));
  await log.file.write(record, log.size);
  await log.file.sync();
  return { ...log, state, size: log.size + record.length };
}

function isOvergrown({ size, beginningSize }: Log): boolean {
  return size > 2 * beginningSize + MOST_CHANGES_BYTES;
}
