import { readFileSync } from 'node:fs';

/** What a process holds in memory, in units of 10^6 bytes, as Linux divides it up. */
export interface Memory {
  /** All that is resident: what `VmRSS` says. */
  readonly residentMb: number;
  /** What would be there for each process of the kind: not the pages of files, which all of them share. */
  readonly ownMb: number;
}

/** @throws when there is no such process */
export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return { residentMb: megabytes(text, 'Rss'), ownMb: megabytes(text, 'Anonymous') };
}

function megabytes(text: string, field: string): number {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/PID/smaps_rollup has no ${field}`);
  return (Number(kibibytes) * 1024) / 1e6;
}
