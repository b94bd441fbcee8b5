/** A number from 0 (inclusive) to 1 (exclusive); tests pass a seeded one. */
export type Random = () => number;

/** Good enough for jitter; nothing secret is drawn from it. */
export const systemRandom: Random = Math.random;
