const SMALLEST = 4_096;

/** The bytes of a stream that came and are not read yet. */
export interface InputBuffer {
  append(chunk: Uint8Array): void;
  /** All that is there; valid until the next `append`. */
  bytes(): Uint8Array;
  /** Takes the first `count` bytes away. */
  consume(count: number): void;
}

export function inputBuffer(): InputBuffer {
  let buffer = new Uint8Array(0);
  let start = 0;
  let end = 0;
  const makeRoom = (count: number) => {
    if (end + count <= buffer.length) return;
    const kept = end - start;
    const larger = new Uint8Array(Math.max(SMALLEST, 2 * kept, kept + count));
    larger.set(buffer.subarray(start, end));
    buffer = larger;
    start = 0;
    end = kept;
  };
  return {
    append(chunk) {
      makeRoom(chunk.length);
      buffer.set(chunk, end);
      end += chunk.length;
    },
    bytes: () => buffer.subarray(start, end),
    consume(count) {
      start += count;
      // A stream that is idle holds nothing of what once was large.
      if (start === end) [buffer, start, end] = [new Uint8Array(0), 0, 0];
    },
  };
}
