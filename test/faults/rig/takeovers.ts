import { type Entry, OPERATOR } from './record.ts';

export type LeaseWrite = Extract<Entry, { readonly kind: 'lease' }>;

/**
 * Why somebody came to hold the Lease. free: nobody held it · probe: marked so · expiry: somebody else
 * held it, and it is not marked as taken by probe just now · hand: the operator wrote it
 */
export type HowTaken = 'free' | 'probe' | 'expiry' | 'hand';

export interface Takeover {
  readonly write: LeaseWrite;
  readonly how: HowTaken;
  /** The write before it; undefined for the first. */
  readonly before: LeaseWrite | undefined;
}

/** Every time that another came to hold the Lease, in their order; writes are given in theirs. */
export function takeoversIn(writes: readonly LeaseWrite[]): Takeover[] {
  return writes.flatMap((write, index) => {
    const before = writes[index - 1];
    if (write.holder === undefined || write.holder === before?.holder) return [];
    return { write, how: howTaken(write, before), before };
  });
}

function howTaken(write: LeaseWrite, before: LeaseWrite | undefined): HowTaken {
  if (write.by === OPERATOR) return 'hand';
  if (before?.holder === undefined) return 'free';
  return write.isMarked && !before.isMarked ? 'probe' : 'expiry';
}
