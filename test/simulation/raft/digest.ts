import type { Entry, Snapshot } from '../../../src/raft/messages.ts';

/** The state that entries make, as one number: it tells any two histories apart. */
export function applied(digest: number, entry: Entry): number {
  let next = Math.imul(digest ^ entry.index, 0x01000193) ^ entry.term;
  if (entry.kind === 'configuration') return Math.imul(next, 31) >>> 0;
  for (const byte of entry.data) next = Math.imul(next ^ byte, 0x01000193);
  return next >>> 0;
}

export function digestOf(digest: number): Uint8Array {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, digest);
  return data;
}

export function restoredDigest(snapshot: Snapshot | undefined): number {
  if (snapshot === undefined) return 0;
  return new DataView(snapshot.data.buffer).getUint32(0);
}
