import { chmodSync, lstatSync, lutimesSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const ANY_MAY_RUN = 0o755;
const ANY_MAY_READ = 0o644;

/**
 * Makes a folder and all in it the same on every machine: files that anybody may read, or run where
 * the owner may, and one time.
 * @param seconds the time, since 1970
 */
export function levelFiles(folder: string, seconds: number): void {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const path of [...names.map((name) => join(folder, name)), folder]) {
    const entry = lstatSync(path);
    if (!entry.isSymbolicLink()) chmodSync(path, entry.mode & 0o100 ? ANY_MAY_RUN : ANY_MAY_READ);
    lutimesSync(path, seconds, seconds);
  }
}
