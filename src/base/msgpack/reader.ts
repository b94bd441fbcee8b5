import { MsgpackError } from './msgpack-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads MessagePack value by value, told by its caller what must come next: nothing is built that was
 * not asked for, so that memory is bounded by the input whatever lengths it claims. Accepts what Go's
 * reader accepts: texts and bytes in the old raw, the str and the bin formats alike, integers in any
 * width, nil for the empty value.
 *
 * Every method throws {@link MsgpackError}.
 */
export class MsgpackReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position: number;

  constructor(bytes: Uint8Array, start = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = start;
  }

  /** Where the next value begins. */
  get position(): number {
    return this.#position;
  }

  /** Whether nil came next; it is read then. */
  nil(): boolean {
    if (this.#peek() !== 0xc0) return false;
    this.#position += 1;
    return true;
  }

  /** True and false, and, as in Go, 1 and 0. */
  bool(): boolean {
    const head = this.#uint(1);
    if (head === 0xc3 || head === 1) return true;
    if (head === 0xc2 || head === 0) return false;
    throw unexpected(head, 'a truth value');
  }

  /** An integer from `least` to `most`, both within 2^53. */
  integer(least: number, most: number): number {
    const value = this.#anyInteger();
    if (value < least || value > most) {
      throw new MsgpackError('malformed', `an integer out of its range ${least}..${most}`);
    }
    return value;
  }

  /** Valid UTF-8 alone. */
  text(): string {
    try {
      return utf8.decode(this.raw());
    } catch (error) {
      if (error instanceof MsgpackError) throw error;
      throw new MsgpackError('malformed', 'a text that is not UTF-8');
    }
  }

  /** A copy of the bytes; the empty one for nil. */
  raw(): Uint8Array {
    if (this.nil()) return new Uint8Array(0);
    return this.verbatim(this.#rawLength());
  }

  /** How many values the array has that begins here; 0 for nil. */
  array(): number {
    if (this.nil()) return 0;
    const head = this.#uint(1);
    if (head >= 0x90 && head <= 0x9f) return this.#fitting(head & 0x0f, 1);
    if (head === 0xdc) return this.#fitting(this.#uint(2), 1);
    if (head === 0xdd) return this.#fitting(this.#uint(4), 1);
    throw unexpected(head, 'an array');
  }

  /** How many pairs the map has that begins here; 0 for nil. */
  map(): number {
    if (this.nil()) return 0;
    const head = this.#uint(1);
    if (head >= 0x80 && head <= 0x8f) return this.#fitting(head & 0x0f, 2);
    if (head === 0xde) return this.#fitting(this.#uint(2), 2);
    if (head === 0xdf) return this.#fitting(this.#uint(4), 2);
    throw unexpected(head, 'a map');
  }

  /** A copy of the next `count` bytes, outside of MessagePack. */
  verbatim(count: number): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(this.#advance(count), this.#position));
  }

  /** Reads over one value of whatever type, and all that is in it. */
  skip(): void {
    for (let left = 1; left > 0; left -= 1) {
      const head = this.#peek();
      if (isMap(head)) left += 2 * this.map();
      else if (isArray(head)) left += this.array();
      else this.#skipScalar(head);
    }
  }

  #skipScalar(head: number): void {
    if (isRaw(head)) {
      this.#advance(this.#rawLength());
      return;
    }
    this.#advance(1);
    if (head <= 0x7f || head >= 0xe0 || head === 0xc0 || head === 0xc2 || head === 0xc3) return;
    // The extensions carry a byte for their type, besides their data.
    if (head >= 0xc7 && head <= 0xc9) this.#advance(1 + this.#uint(2 ** (head - 0xc7)));
    else if (head >= 0xd4 && head <= 0xd8) this.#advance(1 + 2 ** (head - 0xd4));
    else if (head === 0xca || head === 0xcb) this.#advance(head === 0xca ? 4 : 8);
    else if (head >= 0xcc && head <= 0xcf) this.#advance(2 ** (head - 0xcc));
    else if (head >= 0xd0 && head <= 0xd3) this.#advance(2 ** (head - 0xd0));
    else throw unexpected(head, 'a value');
  }

  #anyInteger(): number {
    const head = this.#uint(1);
    if (head <= 0x7f) return head;
    if (head >= 0xe0) return head - 0x100;
    if (head >= 0xcc && head <= 0xce) return this.#uint(2 ** (head - 0xcc));
    if (head === 0xcf) return Number(this.#view.getBigUint64(this.#advance(8)));
    if (head === 0xd0) return this.#view.getInt8(this.#advance(1));
    if (head === 0xd1) return this.#view.getInt16(this.#advance(2));
    if (head === 0xd2) return this.#view.getInt32(this.#advance(4));
    if (head === 0xd3) return Number(this.#view.getBigInt64(this.#advance(8)));
    throw unexpected(head, 'an integer');
  }

  #rawLength(): number {
    const head = this.#uint(1);
    if (head >= 0xa0 && head <= 0xbf) return head & 0x1f;
    if (head === 0xd9 || head === 0xc4) return this.#uint(1);
    if (head === 0xda || head === 0xc5) return this.#uint(2);
    if (head === 0xdb || head === 0xc6) return this.#uint(4);
    throw unexpected(head, 'a text or bytes');
  }

  /** Refuses a claim of more values than the rest of the input can hold, each of `least` bytes. */
  #fitting(count: number, least: number): number {
    if (count * least > this.#bytes.length - this.#position) throw truncated();
    return count;
  }

  #uint(width: number): number {
    const at = this.#advance(width);
    if (width === 1) return this.#view.getUint8(at);
    return width === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  #peek(): number {
    const head = this.#bytes[this.#position];
    if (head === undefined) throw truncated();
    return head;
  }

  /** Moves on by `count` bytes, and returns where they begin. */
  #advance(count: number): number {
    const at = this.#position;
    if (count > this.#bytes.length - at) throw truncated();
    this.#position = at + count;
    return at;
  }
}

function isMap(head: number): boolean {
  return (head >= 0x80 && head <= 0x8f) || head === 0xde || head === 0xdf;
}

function isArray(head: number): boolean {
  return (head >= 0x90 && head <= 0x9f) || head === 0xdc || head === 0xdd;
}

function isRaw(head: number): boolean {
  return (
    (head >= 0xa0 && head <= 0xbf) ||
    (head >= 0xc4 && head <= 0xc6) ||
    (head >= 0xd9 && head <= 0xdb)
  );
}

function truncated(): MsgpackError {
  return new MsgpackError('truncated', 'ends before its time');
}

function unexpected(head: number, wanted: string): MsgpackError {
  return new MsgpackError('malformed', `0x${head.toString(16)} where ${wanted} should begin`);
}
