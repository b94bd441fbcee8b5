import { type Entry, OPERATOR } from './record.ts';

export type LeaseWrite = Extract<Entry, { readonly kind: 'lease' }>;

/**
 * Why somebody came to hold the Lease. free: nobody held it · superseded: as the leader of a later Raft
 * term than the holder's · probe: marked so · expiry: somebody else held it, and none of these ·
 * hand: the operator wrote it
 */
export type HowTaken = 'free' | 'superseded' | 'probe' | 'expiry' | 'hand';

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
  if (supersedes(write.claim, before.claim)) return 'superseded';
  return write.isMarked && !before.isMarked ? 'probe' : 'expiry';
}

/** Claims are `<cluster>/<epoch>/<term>`. */
function supersedes(claim: string | undefined, before: string | undefined): boolean {
  const [cluster, epoch, term] = claim?.split('/') ?? [];
  const [clusterBefore, epochBefore, termBefore] = before?.split('/') ?? [];
  const isSame = cluster !== undefined && cluster === clusterBefore && epoch === epochBefore;
  return isSame && Number(term) > Number(termBefore);
}
