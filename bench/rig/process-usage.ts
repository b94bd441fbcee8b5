import { readdirSync, readFileSync } from 'node:fs';

/** What a process holds and has used, as Linux counts it. */
export interface Usage {
  /** CPU time of all its threads since it began, in milliseconds. */
  readonly cpuMs: number;
  /** Resident memory now, and the most it ever was, in units of 10^6 bytes. */
  readonly residentMb: number;
  readonly peakMb: number;
}

/** @throws when there is no such process, or it has ended */
export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpuMs: cpuMs(pid),
    residentMb: megabytes(status, 'VmRSS'),
    peakMb: megabytes(status, 'VmHWM'),
  };
}

/** From schedstat, which counts nanoseconds: /proc/PID/stat counts in steps of 10 ms. */
function cpuMs(pid: number): number {
  const folder = `/proc/${pid}/task`;
  const ofThread = (thread: string) =>
    Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  return readdirSync(folder)
    .map(ofThread)
    .reduce((sum, ms) => sum + ms, 0);
}

function megabytes(status: string, field: string): number {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/PID/status has no ${field}`);
  return (Number(kibibytes) * 1024) / 1e6;
}
