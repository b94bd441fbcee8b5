/** As much of a socket as it takes. */
interface Spender {
  destroy(error: Error): unknown;
}

/** How many bytes all streams together may have sent us that are not read yet. */
export interface ByteBudget<One extends Spender> {
  spend(one: One, bytes: number): void;
  /** Its bytes are read, or given up. */
  release(one: One): void;
}

/**
 * Nothing of an encrypted stream can be judged before all of it is there, so that strangers can have us
 * keep what they like. Where that becomes more than `most` bytes, whoever sent the most is closed.
 */
export function byteBudget<One extends Spender>(
  most: number,
  refusal: () => Error,
): ByteBudget<One> {
  const spent = new Map<One, number>();
  let total = 0;
  const release = (one: One) => {
    total -= spent.get(one) ?? 0;
    spent.delete(one);
  };
  return {
    release,
    spend(one, bytes) {
      spent.set(one, (spent.get(one) ?? 0) + bytes);
      total += bytes;
      if (total <= most) return;
      const [greediest] = [...spent].reduce((a, b) => (b[1] > a[1] ? b : a));
      release(greediest);
      greediest.destroy(refusal());
    },
  };
}
