import { byteCollector } from './byte-collector.ts';

/** The metadata of a list: a resource version and a continue token take a few hundred bytes. */
const LARGEST_FRAME_BYTES = 1024 * 1024;

/**
 * Takes a Kubernetes list apart while it comes: of `{"metadata": …, "items": [A, B, …]}` it gives
 * the bytes of A, of B and so on, and in the end the frame, `{"metadata": …, "items": []}`. So a
 * page costs the memory of its largest pod, and no parse of a whole page holds the event loop up.
 */
export interface ListScanner {
  /**
   * The elements that end within this chunk.
   * @throws MalformedJsonError for an element longer than the limit
   */
  push(chunk: Buffer): Buffer[];
  /** What was around the elements; valid JSON only when the whole list has come. */
  frame(): Buffer;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** A list's elements lie in an array in an object. */
const ARRAY_DEPTH = 2;

/** A scanner for elements, objects or arrays, of at most `longestElement` bytes. */
export function listScanner(longestElement: number): ListScanner {
  const element = byteCollector('an element', longestElement);
  const frame = byteCollector('what is around the elements', LARGEST_FRAME_BYTES);
  const structure = structureFinder();
  let depth = 0;
  let inArray = false;

  const push = (chunk: Buffer): Buffer[] => {
    const found: Buffer[] = [];
    let from = 0;
    for (let at = structure(chunk, 0); at >= 0; at = structure(chunk, at + 1)) {
      const byte = chunk[at];
      const betweenElements = depth === ARRAY_DEPTH && inArray;
      if (byte === COMMA) {
        if (!betweenElements) continue;
        frame.add(chunk.subarray(from, at));
        from = at + 1;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (betweenElements) {
          frame.add(chunk.subarray(from, at));
          from = at;
        }
        depth++;
        if (depth === ARRAY_DEPTH) inArray = byte === OPEN_BRACKET;
      } else if (--depth === ARRAY_DEPTH && inArray) {
        element.add(chunk.subarray(from, at + 1));
        found.push(element.take());
        from = at + 1;
      }
    }
    const within = depth > ARRAY_DEPTH && inArray ? element : frame;
    within.add(chunk.subarray(from));
    return found;
  };
  return { push, frame: () => frame.take() };
}

/**
 * Finds the next comma, brace or bracket that stands in no string: its index, or -1 at the chunk's
 * end. Each byte must be given exactly once, in order.
 */
function structureFinder(): (chunk: Buffer, from: number) => number {
  let quoted = false;
  let escaped = false;
  return (chunk, from) => {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (escaped) escaped = false;
      else if (byte === QUOTE) quoted = !quoted;
      else if (quoted) escaped = byte === BACKSLASH;
      else if (isStructure(byte)) return at;
    }
    return -1;
  };
}

function isStructure(byte: number | undefined): boolean {
  return (
    byte === COMMA ||
    byte === OPEN_BRACE ||
    byte === CLOSE_BRACE ||
    byte === OPEN_BRACKET ||
    byte === CLOSE_BRACKET
  );
}
