import { Failure } from '../../servers/failure.ts';

/** Where things stand in the headers of a 64-bit ELF file (System V ABI, "ELF Header", "Program Header"). */
const AT = {
  programHeaders: 0x20,
  sectionHeaders: 0x28,
  programHeaderSize: 0x36,
  programHeaderCount: 0x38,
  sectionHeaderSize: 0x3a,
  endOfHeader: 0x40,
  segmentOffset: 0x08,
  segmentSize: 0x20,
} as const;
const LITTLE_ENDIAN_64 = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]);

/**
 * An executable without what is never loaded: symbols, debugging information, and the table of
 * sections. What is run stays the same, byte for byte. Strip programs of one architecture do not
 * know another's files, and each version of them writes other bytes; this does neither.
 * @throws Failure if it is not a 64-bit ELF file of a little-endian machine
 */
export function strippedElf(file: Buffer): Buffer {
  if (!file.subarray(0, LITTLE_ENDIAN_64.length).equals(LITTLE_ENDIAN_64)) {
    throw new Failure('not an executable of a 64-bit little-endian machine (ELF)');
  }
  const stripped = Buffer.from(file.subarray(0, endOfSegments(file)));
  stripped.writeBigUInt64LE(0n, AT.sectionHeaders);
  // Its size, their number, and the one that has their names.
  stripped.fill(0, AT.sectionHeaderSize, AT.endOfHeader);
  return stripped;
}

/** Where the last byte ends that the kernel or the dynamic linker reads. */
function endOfSegments(file: Buffer): number {
  const start = Number(file.readBigUInt64LE(AT.programHeaders));
  const size = file.readUInt16LE(AT.programHeaderSize);
  const count = file.readUInt16LE(AT.programHeaderCount);
  const ends = Array.from({ length: count }, (_, index) => {
    const header = start + index * size;
    const offset = file.readBigUInt64LE(header + AT.segmentOffset);
    return Number(offset + file.readBigUInt64LE(header + AT.segmentSize));
  });
  return Math.max(start + count * size, ...ends);
}
