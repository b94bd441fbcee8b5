import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { strippedElf } from '../../../../tools/images/runtime/strip-elf.ts';
import { Failure } from '../../../../tools/servers/failure.ts';

const HEADER = 64;
const SEGMENT = 56;
/** Where the header says of the sections: where their table is; its entries' size, number, and names. */
const SECTION_FIELDS = [0x28, 0x30, 0x3a, 0x40] as const;

interface Elf {
  /** Each segment's content. */
  readonly segments: readonly Uint8Array[];
  /** What comes after them: symbols, and the table of sections. */
  readonly rest: Uint8Array;
}

/** An executable as a linker lays it out: header, segment table, segments, and the rest. */
function elf({ segments, rest }: Elf): Buffer {
  const header = Buffer.alloc(HEADER + SEGMENT * segments.length);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeBigUInt64LE(BigInt(HEADER), 0x20);
  header.writeUInt16LE(SEGMENT, 0x36);
  header.writeUInt16LE(segments.length, 0x38);
  let at = header.length;
  for (const [index, { length }] of segments.entries()) {
    header.writeBigUInt64LE(BigInt(at), HEADER + index * SEGMENT + 0x08);
    header.writeBigUInt64LE(BigInt(length), HEADER + index * SEGMENT + 0x20);
    at += length;
  }
  header.writeBigUInt64LE(BigInt(at), 0x28);
  header.writeUInt16LE(64, 0x3a);
  header.writeUInt16LE(2, 0x3c);
  header.writeUInt16LE(1, 0x3e);
  return Buffer.concat([header, ...segments, rest]);
}

const anyElf = fc.record({
  segments: fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1, maxLength: 5 }),
  rest: fc.uint8Array({ maxLength: 200 }),
});

test('stripping drops what follows the last segment, and changes nothing that is loaded', () => {
  fc.assert(
    fc.property(anyElf, (parts) => {
      const stripped = strippedElf(elf(parts));
      const loaded = elf({ ...parts, rest: new Uint8Array() });
      const [offset, afterOffset, size, afterSize] = SECTION_FIELDS;
      loaded.fill(0, offset, afterOffset).fill(0, size, afterSize);
      assert.deepEqual(stripped, loaded);
    }),
  );
});

test('stripping leaves its input alone, and changes nothing the second time', () => {
  fc.assert(
    fc.property(anyElf, (parts) => {
      const file = elf(parts);
      const stripped = strippedElf(file);
      assert.deepEqual(file, elf(parts));
      assert.deepEqual(strippedElf(stripped), stripped);
    }),
  );
});

for (const [what, bytes] of [
  ['a script', Buffer.from('#!/bin/sh\n')],
  ['nothing', Buffer.alloc(0)],
  ['a 32-bit executable', Buffer.from('\x7fELF\x01\x01\x01', 'latin1')],
  ['a big-endian executable', Buffer.from('\x7fELF\x02\x02\x01', 'latin1')],
] as const) {
  test(`${what} is not stripped but refused`, () => {
    assert.throws(() => strippedElf(bytes), Failure);
  });
}
