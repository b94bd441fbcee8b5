import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MsgpackReader } from '../../../../src/base/msgpack/reader.ts';
import { decompressLzw } from '../../../../src/gossip/wire/lzw.ts';
import { compressedStruct } from '../../../../src/gossip/wire/structs.ts';
import { GossipWireError } from '../../../../src/gossip/wire/wire-error.ts';
import { recordedCompressions } from './recorded.ts';

/** The same text as in the program that recorded it: by a linear congruential generator. */
function text(length: number, alphabet: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    bytes[index] = (state >> 16) % alphabet;
  }
  return bytes;
}

const packings = recordedCompressions.map(({ length, alphabet, bytes }) => ({
  length,
  alphabet,
  packed: compressedStruct.read(new MsgpackReader(bytes, 1)).Buf,
}));

for (const { length, alphabet, packed } of packings) {
  test(`${length} bytes of ${alphabet} values come out as Go packed them`, () => {
    assert.deepEqual(decompressLzw(packed, length), text(length, alphabet));
  });
}

test('one byte more than allowed is too large', () => {
  for (const { length, packed } of packings.filter((packing) => packing.length > 0)) {
    assert.throws(
      () => decompressLzw(packed, length - 1),
      (error) => error instanceof GossipWireError && error.fault === 'too-large',
    );
  }
});

test('cut anywhere, packed bytes are malformed', () => {
  const { packed } = packings[6] ?? assert.fail('nothing recorded');
  for (let length = 0; length < packed.length; length += 1) {
    assert.throws(
      () => decompressLzw(packed.subarray(0, length), 1_000),
      (error) => error instanceof GossipWireError && error.fault === 'malformed',
    );
  }
});

test('whatever bytes come, they unpack within the limit or are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (packed) => {
      try {
        assert.ok(decompressLzw(packed, 5_000).length <= 5_000);
      } catch (error) {
        assert.ok(error instanceof GossipWireError);
      }
    }),
    { numRuns: 5_000 },
  );
});
