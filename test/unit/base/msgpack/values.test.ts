import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MsgpackError } from '../../../../src/base/msgpack/msgpack-error.ts';
import { MsgpackReader } from '../../../../src/base/msgpack/reader.ts';
import { MsgpackWriter } from '../../../../src/base/msgpack/writer.ts';
import recorded from './values.json' with { type: 'json' };

/** The value that a name of the recording stands for, written by us. */
function written(name: string): Uint8Array {
  const [type, number] = [name.split(' ')[0], Number(name.split(' ')[1])];
  const writer = new MsgpackWriter();
  if (type === 'uint') return writer.uint(number).bytes();
  if (type === 'int') return writer.int(number).bytes();
  if (type === 'text') return writer.text('a'.repeat(number)).bytes();
  if (type === 'nil') return writer.nil().bytes();
  if (type === 'true' || type === 'false') return writer.bool(type === 'true').bytes();
  writer.array(number);
  for (let index = 0; index < number; index += 1) writer.uint(0);
  return writer.bytes();
}

function read(name: string, bytes: Uint8Array): unknown {
  const reader = new MsgpackReader(bytes);
  if (/int/.test(name)) return reader.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (name.startsWith('text')) return reader.text().length;
  if (name.startsWith('array')) return reader.array();
  return name === 'nil' ? reader.nil() : reader.bool();
}

for (const [name, base64] of Object.entries(recorded)) {
  test(`${name} is written as Go writes it, read back, and skipped`, () => {
    const bytes = written(name);
    assert.equal(Buffer.from(bytes.subarray(0, 9)).toString('base64'), base64);
    const expected = { nil: true, true: true, false: false }[name] ?? Number(name.split(' ')[1]);
    assert.equal(read(name, bytes), expected);
    const reader = new MsgpackReader(bytes);
    reader.skip();
    assert.equal(reader.position, bytes.length);
  });
}

const OTHER_FORMATS: readonly (readonly [what: string, hex: string, value: unknown])[] = [
  ['str8', 'd90161', 'a'],
  ['bin8', 'c40161', 'a'],
  ['bin16', 'c5000161', 'a'],
  ['bin32', 'c60000000161', 'a'],
  ['nil', 'c0', ''],
];

for (const [what, hex, value] of OTHER_FORMATS) {
  test(`a text may come as ${what}`, () => {
    assert.equal(new MsgpackReader(Buffer.from(hex, 'hex')).text(), value);
  });
}

const SKIPPED: readonly (readonly [what: string, hex: string])[] = [
  ['a float32', 'ca00000000'],
  ['a float64', 'cb0000000000000000'],
  ['a fixext1', 'd40101'],
  ['a fixext16', `d801${'00'.repeat(16)}`],
  ['an ext8', 'c7020501ff'],
  ['an ext16', 'c800020501ff'],
  ['an ext32', 'c9000000020501ff'],
  ['a map in an array in a map', '81a16191818001'],
  ['an array16', 'dc000201c0'],
  ['a map32', 'df000000010102'],
];

for (const [what, hex] of SKIPPED) {
  test(`${what} is skipped to its last byte and not beyond`, () => {
    const bytes = Buffer.from(`${hex}c3`, 'hex');
    const reader = new MsgpackReader(bytes);
    reader.skip();
    assert.equal(reader.position, bytes.length - 1);
    for (let length = 0; length < bytes.length - 1; length += 1) {
      assert.throws(() => new MsgpackReader(bytes.subarray(0, length)).skip(), isTruncated);
    }
  });
}

const MALFORMED: readonly (readonly [
  what: string,
  hex: string,
  read: (r: MsgpackReader) => void,
])[] = [
  ['a text that is not UTF-8', 'a1ff', (reader) => reader.text()],
  ['an integer over 2^53', 'cfffffffffffffffff', (reader) => reader.integer(0, 2 ** 53 - 1)],
  ['an integer over its limit', 'cd0100', (reader) => reader.integer(0, 255)],
  ['a negative one where none may be', 'ff', (reader) => reader.integer(0, 255)],
  ['a text for an integer', 'a161', (reader) => reader.integer(0, 255)],
  ['an integer for a text', '01', (reader) => reader.text()],
  ['an array for a map', '90', (reader) => reader.map()],
  ['a map for an array', '80', (reader) => reader.array()],
  ['a 2 for a truth value', '02', (reader) => reader.bool()],
  ['the byte that is no type', 'c1', (reader) => reader.skip()],
];

for (const [what, hex, readIt] of MALFORMED) {
  test(`${what} is malformed`, () => {
    assert.throws(
      () => readIt(new MsgpackReader(Buffer.from(hex, 'hex'))),
      (error) => error instanceof MsgpackError && error.kind === 'malformed',
    );
  });
}

test('an array or map that claims more than the rest of the input holds is truncated at once', () => {
  assert.throws(() => new MsgpackReader(Buffer.from('ddffffffff', 'hex')).array(), isTruncated);
  assert.throws(() => new MsgpackReader(Buffer.from('dfffffffff', 'hex')).map(), isTruncated);
});

test('what is written is kept wherever the buffer has to grow', () => {
  for (let start = 0; start < 600; start += 1) {
    const writer = new MsgpackWriter().verbatim(new Uint8Array(start).fill(1));
    for (let value = 0; value < 600; value += 1) writer.byte(1);
    assert.deepEqual(writer.bytes(), new Uint8Array(start + 600).fill(1));
  }
});

test('millions of arrays within each other are skipped without a stack', () => {
  const nested = Buffer.alloc(2_000_000, 0x91);
  nested[nested.length - 1] = 0xc0;
  const reader = new MsgpackReader(nested);
  reader.skip();
  assert.equal(reader.position, nested.length);
});

test('whatever bytes come, reading them ends or throws its own error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const reader = new MsgpackReader(bytes);
      try {
        reader.skip();
        assert.ok(reader.position > 0 && reader.position <= bytes.length);
      } catch (error) {
        assert.ok(error instanceof MsgpackError);
      }
    }),
    { numRuns: 2_000 },
  );
});

function isTruncated(error: unknown): boolean {
  return error instanceof MsgpackError && error.kind === 'truncated';
}
