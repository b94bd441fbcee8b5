import { crc32 } from 'node:zlib';

/** Length of the payload, checksum of the payload, checksum of these two: 4 bytes each, big-endian. */
const HEADER_BYTES = 12;
/** A disk writes so much at once, or nothing of it. */
const SECTOR_BYTES = 512;

/** A payload as it stands in the file. */
export function frame(payload: Uint8Array): Uint8Array {
  const record = Buffer.alloc(HEADER_BYTES + payload.length);
  record.writeUInt32BE(payload.length, 0);
  record.writeUInt32BE(crc32(payload), 4);
  record.writeUInt32BE(crc32(record.subarray(0, 8)), 8);
  record.set(payload, HEADER_BYTES);
  return record;
}

export interface Records {
  readonly payloads: readonly Uint8Array[];
  /** Where the last whole record ends, and the next one goes. */
  readonly end: number;
  /** What stands behind `end`: a record that was being written when the machine stopped, or damage. */
  readonly rest: 'nothing' | 'torn' | 'damaged';
}

/**
 * Reads a file of records, of which each was on the disk before the next was written. So the last one
 * alone may be torn, and has never been relied on: it ends with the file, or has sectors that were
 * never written, which are zeros. Anything else was whole once, and relied on.
 */
export function readRecords(bytes: Uint8Array): Records {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payloads: Uint8Array[] = [];
  let end = 0;
  for (let next = recordAt(file, 0); next !== undefined; next = recordAt(file, end)) {
    payloads.push(next);
    end += HEADER_BYTES + next.length;
  }
  if (end === file.length) return { payloads, end, rest: 'nothing' };
  return { payloads, end, rest: isTorn(file, end) ? 'torn' : 'damaged' };
}

function recordAt(file: Buffer, at: number): Uint8Array | undefined {
  const length = payloadLengthAt(file, at);
  if (length === undefined) return undefined;
  const start = at + HEADER_BYTES;
  if (start + length > file.length) return undefined;
  const payload = file.subarray(start, start + length);
  return crc32(payload) === file.readUInt32BE(at + 4) ? payload : undefined;
}

/** What a header that is whole says. */
function payloadLengthAt(file: Buffer, at: number): number | undefined {
  if (at + HEADER_BYTES > file.length) return undefined;
  if (crc32(file.subarray(at, at + 8)) !== file.readUInt32BE(at + 8)) return undefined;
  return file.readUInt32BE(at);
}

function isTorn(file: Buffer, at: number): boolean {
  const length = payloadLengthAt(file, at);
  if (length === undefined) {
    const isShort = at + HEADER_BYTES > file.length;
    return (isShort || hasEmptySector(file, at)) && !hasRecordBehind(file, at);
  }
  const end = at + HEADER_BYTES + length;
  return end > file.length || (end === file.length && hasEmptySector(file, at));
}

function hasEmptySector(file: Buffer, from: number): boolean {
  for (let start = from; start < file.length; ) {
    const end = start - (start % SECTOR_BYTES) + SECTOR_BYTES;
    if (file.subarray(start, end).every((byte) => byte === 0)) return true;
    start = end;
  }
  return false;
}

function hasRecordBehind(file: Buffer, from: number): boolean {
  for (let at = from + 1; at + HEADER_BYTES <= file.length; at += 1) {
    // A checksum at each byte would take its time; most lengths are out of the question.
    if (file.readUInt32BE(at) > file.length - at - HEADER_BYTES) continue;
    if (recordAt(file, at) !== undefined) return true;
  }
  return false;
}
