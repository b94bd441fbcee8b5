import type { Entry, HardState, Snapshot } from '../messages.ts';

/** What a server must remember for as long as it bears its id. */
export interface KeptState {
  readonly hardState: HardState;
  readonly snapshot: Snapshot | undefined;
  /** Contiguous; they may begin before the end of the snapshot. */
  readonly entries: readonly Entry[];
}

export const NOTHING_KEPT: KeptState = {
  hardState: { term: 0, votedFor: undefined },
  snapshot: undefined,
  entries: [],
};

/** Whether it has promised nothing to anybody. */
export function isNothing({ hardState, snapshot, entries }: KeptState): boolean {
  return hardState.term === 0 && snapshot === undefined && entries.length === 0;
}

/** Whether it was ever told who belongs to the cluster: a server that has only voted was not. */
export function hasConfiguration({ snapshot, entries }: KeptState): boolean {
  return snapshot !== undefined || entries.some(({ kind }) => kind === 'configuration');
}

/** A change of what is kept, all of it or nothing; to be understood in this order. */
export interface Change {
  readonly hardState?: HardState;
  /** In place of the one before. */
  readonly snapshot?: Snapshot;
  /** Entries behind this index go. */
  readonly truncateAfter?: number;
  readonly append?: readonly Entry[];
  /** Entries up to this index go. */
  readonly discardThrough?: number;
}

/** @throws RangeError for entries that would leave a gap */
export function changed(state: KeptState, change: Change): KeptState {
  const { truncateAfter = Number.POSITIVE_INFINITY, discardThrough = 0, append = [] } = change;
  const kept = between(state.entries, 0, truncateAfter);
  checkContiguous([...kept.slice(-1), ...append]);
  const entries = kept.concat(append);
  return {
    hardState: change.hardState ?? state.hardState,
    snapshot: change.snapshot ?? state.snapshot,
    entries: between(entries, discardThrough, Number.POSITIVE_INFINITY),
  };
}

/** Those behind `after`, up to `last`. */
function between(entries: readonly Entry[], after: number, last: number): Entry[] {
  const first = entries[0]?.index ?? 0;
  return entries.slice(Math.max(0, after + 1 - first), Math.max(0, last + 1 - first));
}

function checkContiguous(entries: readonly Entry[]): void {
  for (const [position, { index }] of entries.entries()) {
    const before = entries[position - 1];
    if (before !== undefined && index !== before.index + 1) {
      throw new RangeError(`entry ${index} after entry ${before.index}`);
    }
  }
}
