/** ASN.1 in DER (ITU-T X.690), as much of it as an X.509 certificate needs. */

const BIT_STRING_WITHOUT_UNUSED_BITS = Buffer.of(0);

export function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

export function set(...parts: readonly Buffer[]): Buffer {
  return tagged(0x31, ...parts);
}

/** A positive INTEGER from its big-endian bytes. */
export function integer(bytes: Buffer): Buffer {
  const firstSet = bytes.findIndex((byte) => byte !== 0);
  const shortest = firstSet < 0 ? Buffer.of(0) : bytes.subarray(firstSet);
  const needsSignByte = (shortest[0] ?? 0) >= 0x80;
  return tagged(0x02, ...(needsSignByte ? [Buffer.of(0), shortest] : [shortest]));
}

/** A BIT STRING of whole bytes. */
export function bitString(bytes: Buffer): Buffer {
  return tagged(0x03, BIT_STRING_WITHOUT_UNUSED_BITS, bytes);
}

export function octetString(bytes: Buffer): Buffer {
  return tagged(0x04, bytes);
}

/** The object identifier that is written `dotted`, such as `2.5.4.3`. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

export function utf8String(text: string): Buffer {
  return tagged(0x0c, Buffer.from(text));
}

/** A moment, to the second: UTCTime until 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return digits < '2050'
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits));
}

/** An element with the identifier octet `tag` around its content. */
export function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag, ...lengthOctets(content.length)), content]);
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

function base128(value: number): number[] {
  const octets = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift(0x80 | (rest % 128));
  }
  return octets;
}
