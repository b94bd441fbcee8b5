import type { ApiAccess } from '../rig/api.ts';
import { monotonicMs } from '../rig/monotonic.ts';
import { watchLines } from '../rig/watch-lines.ts';

/** The Lease as the API server showed it, and when (ms, the machine's monotonic clock). */
export interface Holding {
  readonly at: number;
  /** The pod whose controller holds it; undefined where nobody does. */
  readonly pod: string | undefined;
}

/** Who has held the Lease since. */
export interface HoldersRecord extends Disposable {
  readonly holdings: readonly Holding[];
  /** Rejects when nothing more can be seen. */
  readonly failed: Promise<never>;
}

/** Watches the Lease of that name; `leases` is the path of its collection. */
export function recordHolders(access: ApiAccess, leases: string, name: string): HoldersRecord {
  const holdings: Holding[] = [];
  const path = `${leases}?watch=1&timeoutSeconds=7200&fieldSelector=metadata.name%3D${name}`;
  const watch = watchLines(access, path, (line) => holdings.push(holdingIn(line, monotonicMs())));
  return { holdings, failed: watch.failed, [Symbol.dispose]: () => watch[Symbol.dispose]() };
}

/**
 * Reads one event of a watch of the Lease.
 * @throws Error for the API server's own words, such as that the watch cannot go on
 */
export function holdingIn(line: string, at: number): Holding {
  const { type, object } = JSON.parse(line) as WatchEvent;
  if (type === 'ERROR') throw new Error(`the watch of the Lease: ${object.message}`);
  const holder = type === 'DELETED' ? '' : object.spec?.holderIdentity;
  return { at, pod: podOf(holder) };
}

/** A holderIdentity begins with the pod's name. */
export function podOf(holder: string | undefined): string | undefined {
  return holder ? holder.split('_')[0] : undefined;
}

/** When another pod than that one was first seen to hold it after `from`; undefined if none was. */
export function firstOther(
  holdings: readonly Holding[],
  from: number,
  pod: string,
): number | undefined {
  return holdings.find((one) => one.at >= from && one.pod !== undefined && one.pod !== pod)?.at;
}

interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly message?: string;
    readonly spec?: { readonly holderIdentity?: string };
  };
}
