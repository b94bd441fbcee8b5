import { type Entry, inOrder } from './record.ts';
import { type HowTaken, type Takeover, takeoversIn } from './takeovers.ts';

/** What a record tells beside whether all is well; times in milliseconds. */
export interface Figures {
  readonly pods: number;
  readonly mints: number;
  /** The longest time in which an init container waited and nobody was pushed to, and when it began. */
  readonly silence: { readonly ms: number; readonly from: number };
  /** From an init container's start to the first push to it, the 99th percentile. */
  readonly p99Ms: number;
  /** Pushes to a pod that another push had been made to, and was not refused. */
  readonly duplicates: number;
  /** Every time that another held the Lease, in their order. */
  readonly takeovers: readonly Takeover[];
  readonly ways: readonly HowTaken[];
}

export function figuresOf(record: readonly Entry[]): Figures {
  const all = inOrder(record);
  const takeovers = takeoversIn(all.filter((entry) => entry.kind === 'lease'));
  return {
    pods: new Set(all.flatMap((entry) => (entry.kind === 'waits' ? entry.pod : []))).size,
    mints: all.filter(({ kind }) => kind === 'mint').length,
    silence: silenceIn(all),
    p99Ms: p99Of(all),
    duplicates: duplicatesIn(all),
    takeovers,
    ways: takeovers.map(({ how }) => how),
  };
}

function silenceIn(all: readonly Entry[]): Figures['silence'] {
  const waiting = new Set<string>();
  const heard = new Set<string>();
  let longest = { ms: 0, from: 0 };
  let quietSince = 0;
  for (const entry of all) {
    const wasWaiting = waiting.size > 0;
    if (entry.kind === 'waits' && !heard.has(entry.pod)) waiting.add(entry.pod);
    else if (entry.kind === 'answer' && entry.status !== 200) waiting.add(entry.pod);
    else if (entry.kind === 'ends') waiting.delete(entry.pod);
    else if (entry.kind === 'push') {
      const ms = entry.at - quietSince;
      if (wasWaiting && ms > longest.ms) longest = { ms, from: quietSince };
      heard.add(entry.pod);
      waiting.delete(entry.pod);
      quietSince = entry.at;
    }
    if (!wasWaiting && waiting.size > 0) quietSince = entry.at;
  }
  return longest;
}

function p99Of(all: readonly Entry[]): number {
  const firstPush = new Map<string, number>();
  for (const entry of all) {
    if (entry.kind === 'push' && !firstPush.has(entry.pod)) firstPush.set(entry.pod, entry.at);
  }
  const waits = all.flatMap((entry) => {
    if (entry.kind !== 'waits') return [];
    return Math.max(0, (firstPush.get(entry.pod) ?? Number.POSITIVE_INFINITY) - entry.at);
  });
  return waits.sort((one, other) => one - other)[Math.floor(waits.length * 0.99)] ?? 0;
}

function duplicatesIn(all: readonly Entry[]): number {
  const taken = new Map<string, number>();
  let duplicates = 0;
  for (const entry of all) {
    if (entry.kind === 'push') {
      const before = taken.get(entry.pod) ?? 0;
      if (before > 0) duplicates += 1;
      taken.set(entry.pod, before + 1);
    } else if (entry.kind === 'answer' && entry.status !== 200 && entry.status !== 409) {
      taken.set(entry.pod, (taken.get(entry.pod) ?? 1) - 1);
    }
  }
  return duplicates;
}
