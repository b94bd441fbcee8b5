/** Whether what this nonce sealed was opened before. A nonce that is asked for is known from then on. */
export type IsReplay = (nonce: Uint8Array) => boolean;

/**
 * Knows the last `most` nonces. Whatever is older says nothing new by the rules of incarnations and
 * Lamport times: to know it would only spare the work.
 */
export function replayFilter(most: number): IsReplay {
  const known = new Set<string>();
  return (nonce) => {
    const text = Buffer.from(nonce).toString('latin1');
    if (known.has(text)) return true;
    known.add(text);
    if (known.size <= most) return false;
    const [oldest = text] = known;
    known.delete(oldest);
    return false;
  };
}
