/** Bytes that are not the stream of JSON that they should be. */
export class MalformedJsonError extends Error {
  override readonly name = 'MalformedJsonError';
}

/** Puts the parts of something together that came cut, at any byte. */
export interface ByteCollector {
  /** @throws MalformedJsonError when it would be more than the limit */
  add(part: Buffer): void;
  /** Everything since the last `take`. */
  take(): Buffer;
  /** How many bytes wait to be taken. */
  size(): number;
}

/** A collector of at most `limit` bytes of `what`. */
export function byteCollector(what: string, limit: number): ByteCollector {
  let parts: Buffer[] = [];
  let size = 0;
  return {
    add(part) {
      if (part.length === 0) return;
      size += part.length;
      if (size > limit) throw new MalformedJsonError(`${what} is longer than ${limit} bytes`);
      parts.push(part);
    },
    take() {
      const [first] = parts;
      const whole = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts, size);
      parts = [];
      size = 0;
      return whole;
    },
    size: () => size,
  };
}

/**
 * The JSON value that the bytes say.
 * @throws MalformedJsonError, which repeats nothing of them
 */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new MalformedJsonError('not valid JSON');
  }
}
