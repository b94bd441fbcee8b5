import { sanitize } from '../base/sanitize.ts';

/** What Vault's tokens look like: of today, of before 1.10, and the UUIDs of before 0.11. */
const TOKEN_LIKE = /(hv[sbr]\.|\b[sbr]\.)[\w-]{20}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** A part of the configuration as a message may repeat it: a token may stand in the wrong place. */
export function repeatable(text: string): string {
  return TOKEN_LIKE.test(text) ? '[looks like a token]' : sanitize(text);
}
