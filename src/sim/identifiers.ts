import type { Random } from '../base/random.ts';

const HEX = '0123456789abcdef';
const LETTERS_AND_DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A UUID drawn from `random`: with a seeded one the same every time. Not fit for secrets outside tests. */
export function uuid(random: Random): string {
  const part = (length: number) => draw(random, HEX, length);
  return [part(8), part(4), `4${part(3)}`, `8${part(3)}`, part(12)].join('-');
}

/** Letters and digits, as in Vault's tokens and accessors. */
export function tokenText(random: Random, length = 24): string {
  return draw(random, LETTERS_AND_DIGITS, length);
}

function draw(random: Random, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}
