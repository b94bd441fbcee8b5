import { isIPv4 } from 'node:net';

/** A controller that the Service leads to: one of those that take part. */
export interface Peer {
  readonly ip: string;
  readonly podName: string | undefined;
}

/**
 * Each peer once, in a fixed order. A pod with addresses of both families is in two slices, and one
 * that has just got the address of another may stand beside it for a moment.
 */
export function distinctPeers(peers: readonly Peer[]): Peer[] {
  const seen = new Set<string>();
  return peers.toSorted(inOrder).filter(({ ip, podName }) => {
    const keys = podName === undefined ? [ip] : [ip, `pod ${podName}`];
    const isNew = !keys.some((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    return isNew;
  });
}

function inOrder(a: Peer, b: Peer): number {
  const families = Number(isIPv4(b.ip)) - Number(isIPv4(a.ip));
  if (families !== 0) return families;
  return a.ip < b.ip ? -1 : Number(a.ip > b.ip);
}
