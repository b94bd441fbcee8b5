import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MsgpackError } from '../../../../src/base/msgpack/msgpack-error.ts';
import { MsgpackReader } from '../../../../src/base/msgpack/reader.ts';
import {
  arrayOf,
  bool,
  bytes,
  type Field,
  int64,
  mapOf,
  nilWhenEmpty,
  omitEmpty,
  struct,
  text,
  uint8,
  uint16,
  uint32,
  uint64,
} from '../../../../src/base/msgpack/struct.ts';
import { MsgpackWriter } from '../../../../src/base/msgpack/writer.ts';

const point = struct({ X: uint8, Y: omitEmpty(uint8) });
const shape = struct({
  Count: int64,
  Data: bytes,
  Ids: nilWhenEmpty(arrayOf(uint32, 10)),
  IsOpen: bool,
  Name: text,
  Points: arrayOf(point, 10),
  Port: uint16,
  Times: mapOf(uint64, 3),
});

function toBytes<T>(field: Field<T>, value: T): Uint8Array {
  const writer = new MsgpackWriter();
  field.write(writer, value);
  return writer.bytes();
}

function fromHex<T>(field: Field<T>, hex: string): T {
  return field.read(new MsgpackReader(Buffer.from(hex, 'hex')));
}

test('what was written of a struct is read from it', () => {
  const asObjects = { noNullPrototype: true };
  const shapes = fc.record(
    {
      Count: fc.maxSafeInteger(),
      Data: fc.uint8Array({ maxLength: 300 }),
      Ids: fc.array(fc.nat({ max: 2 ** 32 - 1 }), { maxLength: 10 }),
      IsOpen: fc.boolean(),
      Name: fc.string({ unit: 'grapheme' }),
      Points: fc.array(fc.record({ X: fc.nat(255), Y: fc.nat(255) }, asObjects), { maxLength: 10 }),
      Port: fc.nat(65_535),
      Times: fc
        .array(fc.tuple(fc.string(), fc.nat({ max: 2 ** 53 - 1 })), { maxLength: 3 })
        .map((entries) => new Map(entries)),
    },
    asObjects,
  );
  fc.assert(
    fc.property(shapes, (value) => {
      const reader = new MsgpackReader(toBytes(shape, value));
      assert.deepEqual(shape.read(reader), value);
    }),
  );
});

test('fields that are absent are zero, and so are those that are nil', () => {
  assert.deepEqual(fromHex(point, '80'), { X: 0, Y: 0 });
  assert.deepEqual(fromHex(point, '81a158c0'), { X: 0, Y: 0 });
  assert.deepEqual(fromHex(shape, 'c0'), shape.zero);
});

test('fields of a later version are skipped, whatever is in them', () => {
  assert.deepEqual(fromHex(point, '83a15a81a16192c3cb0000000000000000a15807a15908'), {
    X: 7,
    Y: 8,
  });
});

test('a field that has the name of something of every object is skipped', () => {
  const hex = Buffer.from('__proto__').toString('hex');
  assert.deepEqual(fromHex(point, `82a9${hex}01a15807`), { X: 7, Y: 0 });
});

test('what Go omits when it is empty is not written', () => {
  assert.equal(Buffer.from(toBytes(point, { X: 7, Y: 0 })).toString('hex'), '81a15807');
  assert.equal(Buffer.from(toBytes(point, { X: 7, Y: 1 })).toString('hex'), '82a15807a15901');
});

test('more items than allowed are refused before one is read', () => {
  assert.throws(() => fromHex(arrayOf(uint8, 2), '93010203'), MsgpackError);
  assert.throws(() => fromHex(mapOf(uint8, 1), '82a16101a16202'), MsgpackError);
});

test('numbers that do not fit their type are refused, in both directions', () => {
  assert.throws(() => fromHex(uint8, 'cd0100'), MsgpackError);
  assert.throws(() => toBytes(uint32, -1), RangeError);
  assert.throws(() => toBytes(uint64, 2 ** 53), RangeError);
  assert.throws(() => toBytes(int64, 0.5), RangeError);
});
