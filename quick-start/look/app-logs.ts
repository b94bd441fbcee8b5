import { APPS } from '../plan/names.ts';

const POD_BY_POD = ['--prefix', '--tail=-1', '--ignore-errors=true'];

/** The logs of all the sample app's pods that have any, each line beginning with its pod. */
export const LOGS = {
  args: ['logs', '-n', APPS, '-l', 'app=sample-app', '-c', 'sample-app', ...POD_BY_POD],
} as const;

/** The accessor of each pod's token, which the sample app prints; it is no secret. */
export function accessorsIn(logs: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of logs.split(/\r?\n/)) {
    const [, pod, accessor] = /^\[pod\/([^/]+)\/[^\]]*\] Accessor:\s+(\S+)$/.exec(line) ?? [];
    if (pod !== undefined && accessor !== undefined) found.set(pod, accessor);
  }
  return found;
}
