/** All that a peer server ever says: one line, in which a controller says who it is. */
export function encodeHello(identity: string): string {
  return `${JSON.stringify({ identity })}\n`;
}

/** A hello is shorter, and nothing else is worth reading: an identity has at most 290 characters. */
export const LONGEST_HELLO_BYTES = 1_024;

/** Who says hello in this line; undefined where it is no hello. */
export function readHello(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('identity' in value)) return undefined;
    const { identity } = value;
    return typeof identity === 'string' && identity !== '' ? identity : undefined;
  } catch {
    return undefined;
  }
}
