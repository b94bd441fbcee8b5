/** The longest string that Go's old format tells in one byte; it knows no str8 and no bin. */
const FIX_STRING = 32;
const FIX_CONTAINER = 16;

/**
 * Writes MessagePack as HashiCorp's Go programs do (go-msgpack without WriteExt: the format's first
 * edition, in which texts and bytes are the same raw type), byte for byte. Every method returns the
 * writer, so that a struct can be written in one expression.
 */
export class MsgpackWriter {
  #buffer = Buffer.alloc(256);
  #length = 0;

  /** A copy of what was written so far. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(0, this.#length));
  }

  nil(): this {
    return this.byte(0xc0);
  }

  bool(value: boolean): this {
    return this.byte(value ? 0xc3 : 0xc2);
  }

  /** What Go declares as an unsigned integer; at most 2^53 - 1. */
  uint(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('not an unsigned integer');
    if (value <= 0x7f) return this.byte(value);
    if (value <= 0xff) return this.byte(0xcc).byte(value);
    if (value <= 0xffff) return this.byte(0xcd).#uint16(value);
    if (value <= 0xffff_ffff) return this.byte(0xce).#uint32(value);
    return this.byte(0xcf).#int64(value);
  }

  /** What Go declares as a signed integer: it is written signed where it is positive, too. */
  int(value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError('not an integer');
    if (value >= -32 && value <= 0x7f) return this.byte(value & 0xff);
    if (value >= -0x80 && value < 0) return this.byte(0xd0).byte(value & 0xff);
    if (value >= -0x8000 && value <= 0x7fff) return this.byte(0xd1).#uint16(value & 0xffff);
    if (value >= -0x8000_0000 && value <= 0x7fff_ffff) {
      return this.byte(0xd2).#uint32(value >>> 0);
    }
    return this.byte(0xd3).#int64(value);
  }

  text(value: string): this {
    return this.raw(Buffer.from(value));
  }

  /** Bytes with their length before them. */
  raw(value: Uint8Array): this {
    this.#header(value.length, FIX_STRING, 0xa0, 0xda);
    return this.verbatim(value);
  }

  /** The header of an array; its `length` values are written next. */
  array(length: number): this {
    return this.#header(length, FIX_CONTAINER, 0x90, 0xdc);
  }

  /** The header of a map; its `size` pairs of key and value are written next. */
  map(size: number): this {
    return this.#header(size, FIX_CONTAINER, 0x80, 0xde);
  }

  /** One byte as it is, outside of MessagePack: the type before a message. */
  byte(value: number): this {
    const at = this.#claim(1);
    this.#buffer[at] = value;
    return this;
  }

  /** Bytes as they are, outside of MessagePack. */
  verbatim(value: Uint8Array): this {
    const at = this.#claim(value.length);
    this.#buffer.set(value, at);
    return this;
  }

  #header(length: number, fixedBelow: number, fixed: number, wide: number): this {
    if (length < fixedBelow) return this.byte(fixed | length);
    if (length <= 0xffff) return this.byte(wide).#uint16(length);
    return this.byte(wide + 1).#uint32(length);
  }

  #uint16(value: number): this {
    const at = this.#claim(2);
    this.#buffer.writeUInt16BE(value, at);
    return this;
  }

  #uint32(value: number): this {
    const at = this.#claim(4);
    this.#buffer.writeUInt32BE(value, at);
    return this;
  }

  #int64(value: number): this {
    const at = this.#claim(8);
    this.#buffer.writeBigInt64BE(BigInt(value), at);
    return this;
  }

  /** Makes room for `count` bytes, and returns where they go. */
  #claim(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(this.#length, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, at));
      this.#buffer = larger;
    }
    return at;
  }
}
