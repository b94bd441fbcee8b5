import { byteCollector } from './byte-collector.ts';

const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines, however the bytes come. */
export interface LineSplitter {
  /**
   * The lines that end within this chunk, without their newlines.
   * @throws MalformedJsonError for a line longer than the limit
   */
  push(chunk: Buffer): Buffer[];
  /** How many bytes have come after the last newline. */
  pendingBytes(): number;
}

/** A splitter that holds no more than one unfinished line of at most `longest` bytes. */
export function lineSplitter(longest: number): LineSplitter {
  const line = byteCollector('a line', longest);
  return {
    push(chunk) {
      const lines: Buffer[] = [];
      let from = 0;
      for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
        line.add(chunk.subarray(from, to));
        lines.push(line.take());
        from = to + 1;
      }
      line.add(chunk.subarray(from));
      return lines;
    },
    pendingBytes: () => line.size(),
  };
}
