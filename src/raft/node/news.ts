import type { PeerStatus, RaftStatus } from '../core/io.ts';

/**
 * Whether whoever has seen `before` should look again. That a peer is in contact goes without saying
 * until `contactMs` have passed.
 */
export function isNews(before: RaftStatus, after: RaftStatus, contactMs: number): boolean {
  return (
    before.role !== after.role ||
    before.leader !== after.leader ||
    before.term !== after.term ||
    before.commit !== after.commit ||
    before.configurationIndex !== after.configurationIndex ||
    before.canChange !== after.canChange ||
    before.transferTo !== after.transferTo ||
    (before.leadsUntil === undefined) !== (after.leadsUntil === undefined) ||
    arePeersNews(before.peers, after.peers, contactMs)
  );
}

function arePeersNews(
  before: readonly PeerStatus[],
  after: readonly PeerStatus[],
  contactMs: number,
): boolean {
  if (before.length !== after.length) return true;
  return after.some(({ id, match, contactAt }, place) => {
    const known = before[place];
    if (known?.id !== id || known.match !== match) return true;
    return contactAt >= known.contactAt + contactMs;
  });
}
