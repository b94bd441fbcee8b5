/** The folder that a server keeps its data in: as much of a file system as that takes. */
export interface Folder {
  /** For people: where it is. */
  readonly path: string;
  /** The whole file, or undefined if it is not there. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** A new, empty file in place of one of that name. */
  create(name: string): Promise<OpenFile>;
  /** A file that is there, to be written. */
  open(name: string): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  /** When it returns, names are on the disk as they are now. */
  sync(): Promise<void>;
}

export interface OpenFile {
  /** Writes all of it, at `position` bytes. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  /** When it returns, the file's content is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
