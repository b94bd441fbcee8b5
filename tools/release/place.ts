/** Where a release is made, and what it is called. */
export interface Place {
  readonly checkout: string;
  /** The release's folder, as it will be. */
  readonly content: string;
  /** A folder beside it that is removed at the end. */
  readonly scratch: string;
  readonly version: string;
  /** What stands before an image's name, with its slash. */
  readonly prefix: string;
  /** The time of all files, in seconds since 1970. */
  readonly time: number;
}
