import type { Folder, OpenFile } from '../../../src/raft/storage/folder.ts';

/** A folder on a disk that forgets, when the machine stops, whatever it was not told to keep. */
export interface SimFolder extends Folder {
  /** Operations so far. */
  readonly operations: () => number;
  /** The machine stops at that operation, which may be done or not, and at all that follow. */
  stopAt(operation: number): void;
  /** From now on operations of that kind fail with `code`, as Node tells it. */
  failWith(code: string, kind: 'read' | 'write'): void;
  /** The folder as the machine finds it when it starts again. */
  restarted(random: () => number): SimFolder;
  /** Changes a file behind its owner's back. */
  tamper(name: string, change: (content: Buffer) => Buffer): void;
  content(name: string): Buffer;
}

interface Inode {
  kept: Buffer;
  current: Buffer;
}

interface Disk {
  kept: Map<string, Inode>;
  readonly names: Map<string, Inode>;
}

const SECTOR = 512;

class MachineStopped extends Error {
  override readonly name = 'MachineStopped';
}

export function simFolder(disk: Disk = { kept: new Map(), names: new Map() }): SimFolder {
  let operations = 0;
  let stop = Number.POSITIVE_INFINITY;
  const failing = new Map<string, string>();
  const operate = <T>(kind: 'read' | 'write', done: () => T): T => {
    operations += 1;
    if (operations > stop) throw new MachineStopped();
    const code = failing.get(kind);
    if (code !== undefined) throw Object.assign(new Error(`${code}: it failed`), { code });
    const result = done();
    if (operations === stop) throw new MachineStopped();
    return result;
  };
  const inodeOf = (name: string): Inode => {
    const inode = disk.names.get(name);
    if (inode === undefined) throw Object.assign(new Error(`no ${name}`), { code: 'ENOENT' });
    return inode;
  };
  return {
    path: '/sim',
    read: async (name) =>
      operate('read', () => {
        const inode = disk.names.get(name);
        return inode && new Uint8Array(inode.current);
      }),
    create: async (name) =>
      operate('write', () => {
        const inode = { kept: Buffer.alloc(0), current: Buffer.alloc(0) };
        disk.names.set(name, inode);
        return openFile(inode, (done) => operate('write', done));
      }),
    open: async (name) =>
      operate('write', () => openFile(inodeOf(name), (done) => operate('write', done))),
    rename: async (from, to) =>
      operate('write', () => {
        disk.names.set(to, inodeOf(from));
        disk.names.delete(from);
      }),
    sync: async () =>
      operate('write', () => {
        disk.kept = new Map(disk.names);
      }),
    operations: () => operations,
    stopAt(operation) {
      stop = operation;
    },
    failWith: (code, kind) => void failing.set(kind, code),
    restarted: (random) => simFolder(afterCrash(disk, random)),
    tamper(name, change) {
      const inode = inodeOf(name);
      inode.current = change(inode.current);
      inode.kept = inode.current;
    },
    content: (name) => Buffer.from(inodeOf(name).current),
  };
}

function openFile(inode: Inode, operate: (done: () => void) => void): OpenFile {
  return {
    write: async (bytes, position) =>
      operate(() => {
        const size = Math.max(inode.current.length, position + bytes.length);
        const content = Buffer.alloc(size);
        inode.current.copy(content);
        content.set(bytes, position);
        inode.current = content;
      }),
    truncate: async (size) =>
      operate(() => {
        inode.current = inode.current.subarray(0, size);
      }),
    sync: async () =>
      operate(() => {
        inode.kept = inode.current;
      }),
    close: async () => {},
  };
}

/** Names as they were kept, or as they were; of files, any sectors of what was not kept. */
function afterCrash({ kept, names }: Disk, random: () => number): Disk {
  const survivors = random() < 0.5 ? kept : names;
  const restarted = new Map<string, Inode>();
  for (const [name, inode] of survivors) {
    const content = tornContent(inode, random);
    restarted.set(name, { kept: content, current: content });
  }
  return { kept: restarted, names: new Map(restarted) };
}

function tornContent({ kept, current }: Inode, random: () => number): Buffer {
  const spread = current.length - kept.length;
  const size = kept.length + Math.trunc(spread * pick([0, random(), 1], random()));
  const content = Buffer.alloc(size);
  const losing = pick([0, 0.5, 1], random());
  for (let at = 0; at < size; at += SECTOR) {
    const from = random() < losing ? kept : current;
    content.set(from.subarray(at, Math.min(size, at + SECTOR)), at);
  }
  return content;
}

function pick(from: readonly number[], random: number): number {
  return from[Math.floor(random * from.length)] ?? 0;
}
