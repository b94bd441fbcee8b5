import { GossipWireError, malformed } from './wire-error.ts';

const CLEAR = 256;
const END = 257;
const WIDEST = 12;
const NARROWEST = 9;

/**
 * Unpacks what Go's compress/lzw packed, least significant bits first, 8 bits a literal: codes of 9 to
 * 12 bits, each but the literals standing for an earlier code and one byte more.
 * @throws GossipWireError when it is damaged, or unpacks to more than `most` bytes
 */
export function decompressLzw(packed: Uint8Array, most: number): Uint8Array {
  const codes = codeReader(packed);
  const table = new CodeTable();
  let out = Buffer.alloc(Math.min(most, packed.length * 4));
  let length = 0;
  for (;;) {
    const code = codes.next(table.width);
    if (code === END) return new Uint8Array(out.subarray(0, length));
    if (code === CLEAR) {
      table.clear();
      continue;
    }
    const bytes = table.expand(code);
    if (length + bytes.length > most) {
      throw new GossipWireError('too-large', `unpacks to more than ${most} bytes`);
    }
    if (length + bytes.length > out.length) out = grown(out, length + bytes.length, most);
    out.set(bytes, length);
    length += bytes.length;
  }
}

function grown(out: Buffer<ArrayBuffer>, needed: number, most: number): Buffer<ArrayBuffer> {
  const larger = Buffer.alloc(Math.min(most, Math.max(needed, out.length * 2)));
  larger.set(out);
  return larger;
}

function codeReader(packed: Uint8Array) {
  let position = 0;
  let bits = 0;
  let count = 0;
  return {
    next(width: number): number {
      while (count < width) {
        const byte = packed[position];
        if (byte === undefined) throw malformed('packed bytes without their end');
        position += 1;
        bits |= byte << count;
        count += 8;
      }
      const code = bits & ((1 << width) - 1);
      bits >>>= width;
      count -= width;
      return code;
    },
  };
}

/** What each code stands for, as far as it was said up to now. */
class CodeTable {
  readonly #prefixes = new Uint16Array(1 << WIDEST);
  readonly #suffixes = new Uint8Array(1 << WIDEST);
  readonly #expansion = new Uint8Array(1 << WIDEST);
  #width = NARROWEST;
  /** The code that the next expansion defines. */
  #next = END;
  #last: number | undefined;

  /** How many bits the next code has. */
  get width(): number {
    return this.#width;
  }

  clear(): void {
    [this.#width, this.#next, this.#last] = [NARROWEST, END, undefined];
  }

  /**
   * What `code` stands for; valid until the next call.
   * @throws GossipWireError
   */
  expand(code: number): Uint8Array {
    if (code > this.#next || code === END) throw malformed('a code that was not defined');
    const bytes = this.#expand(code);
    if (this.#last !== undefined) {
      this.#suffixes[this.#next] = bytes[0] ?? 0;
      this.#prefixes[this.#next] = this.#last;
    }
    this.#advance(code);
    return bytes;
  }

  #expand(code: number): Uint8Array {
    const end = this.#expansion.length;
    if (code !== this.#next || this.#last === undefined) {
      return this.#expansion.subarray(this.#unwind(code, end));
    }
    // The code that is being defined: its last byte is the first of what went before.
    const start = this.#unwind(this.#last, end - 1);
    this.#expansion[end - 1] = this.#expansion[start] ?? 0;
    return this.#expansion.subarray(start);
  }

  /** Puts what `from` stands for before `end`, and returns where it begins. */
  #unwind(from: number, end: number): number {
    let at = end;
    let code = from;
    // It ends: a code is defined by lower ones alone.
    while (code >= CLEAR) {
      at -= 1;
      this.#expansion[at] = this.#suffixes[code] ?? 0;
      code = this.#prefixes[code] ?? 0;
    }
    this.#expansion[at - 1] = code;
    return at - 1;
  }

  /** Once all codes of 12 bits are defined, none is defined any more until the table is cleared. */
  #advance(code: number): void {
    this.#last = code;
    this.#next += 1;
    if (this.#next < 1 << this.#width) return;
    if (this.#width < WIDEST) this.#width += 1;
    else [this.#last, this.#next] = [undefined, this.#next - 1];
  }
}
