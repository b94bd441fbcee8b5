import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One package, as package-lock.json pins it. */
export interface LockedPackage {
  readonly version: string;
  /** `sha512-` and the archive's hash in base64. */
  readonly integrity?: string;
  /** An SPDX expression. */
  readonly license?: string;
}

/** What is read of package-lock.json; a key is a folder, as `node_modules/pino`. */
export interface Lock {
  readonly version: string;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** The lock file of the checkout at `root`. */
export function readLock(root: string): Lock {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
}
