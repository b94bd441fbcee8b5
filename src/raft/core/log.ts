import type { Configuration, Entry, Snapshot } from '../messages.ts';
import type { KeptState } from '../storage/kept-state.ts';

/** The entries behind `base`, and the snapshot, which covers everything up to `base` at least. */
export interface Log {
  base: { readonly index: number; readonly term: number };
  readonly entries: Entry[];
  snapshot: Snapshot | undefined;
}

export interface ConfigurationPlace {
  readonly configuration: Configuration;
  readonly index: number;
}

/** As it was kept. What the snapshot covers is let go: the term of what came before is not kept. */
export function restoreLog({ snapshot, entries }: KeptState): Log {
  if (snapshot === undefined) {
    return { base: { index: 0, term: 0 }, entries: [...entries], snapshot };
  }
  const { lastIndex, lastTerm } = snapshot;
  return {
    base: { index: lastIndex, term: lastTerm },
    entries: entries.filter(({ index }) => index > lastIndex),
    snapshot,
  };
}

/** What follows the snapshot stays if the log agrees with it at its end; else nothing stays. */
export function fitToSnapshot(log: Log, { lastIndex, lastTerm }: Snapshot): void {
  if (termAt(log, lastIndex) === lastTerm) discardThrough(log, lastIndex);
  else {
    log.entries.length = 0;
    log.base = { index: lastIndex, term: lastTerm };
  }
}

export function lastIndexOf({ base, entries }: Log): number {
  return base.index + entries.length;
}

export function lastTermOf(log: Log): number {
  return log.entries.at(-1)?.term ?? log.base.term;
}

/** Undefined where the log does not reach, at either end. */
export function termAt(log: Log, index: number): number | undefined {
  return index === log.base.index ? log.base.term : entryAt(log, index)?.term;
}

function entryAt({ base, entries }: Log, index: number): Entry | undefined {
  return index <= base.index ? undefined : entries[index - base.index - 1];
}

/** From `from` to `to`, both included, as far as they are there. */
export function entriesBetween({ base, entries }: Log, from: number, to: number): Entry[] {
  return entries.slice(Math.max(0, from - base.index - 1), Math.max(0, to - base.index));
}

export function truncateAfter({ base, entries }: Log, index: number): void {
  entries.length = index - base.index;
}

/** @throws RangeError if the log does not hold `index` */
export function discardThrough(log: Log, index: number): void {
  const term = termAt(log, index);
  if (term === undefined) throw new RangeError(`the log has no entry ${index}`);
  log.entries.splice(0, index - log.base.index);
  log.base = { index, term };
}

/** The configuration that was the last one at `index`. */
export function configurationAt(log: Log, index: number): ConfigurationPlace {
  const { base, entries, snapshot } = log;
  for (let at = Math.min(index, lastIndexOf(log)) - base.index - 1; at >= 0; at -= 1) {
    const entry = entries[at];
    if (entry?.kind === 'configuration') {
      return { configuration: entry.configuration, index: entry.index };
    }
  }
  if (snapshot === undefined) return { configuration: { servers: [] }, index: 0 };
  return { configuration: snapshot.configuration, index: snapshot.configurationIndex };
}
