import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MalformedJsonError, parseJson } from '../../../src/kube/api/byte-collector.ts';
import { lineSplitter } from '../../../src/kube/api/line-splitter.ts';
import { listScanner } from '../../../src/kube/api/list-scanner.ts';
import { aPod } from '../../support/kube/pods.ts';

/** Hard to cut: characters of two to four bytes, escapes, brackets and commas within strings. */
const NASTY = ['ü€😀', 'a"b\\', '],}{[', '\\"', '\u2028', ''];

const LIST = {
  kind: 'PodList',
  metadata: { resourceVersion: '7', continue: 'next,[{', odd: [1, [2], { a: [3] }] },
  items: [
    ...NASTY.map((name) => ({ metadata: { name, labels: { [name]: name }, list: [[name], []] } })),
    aPod().annotated('web').withInitRunning().build(),
  ],
};

function scan(bytes: Buffer, cuts: readonly number[]) {
  const scanner = listScanner(1_000_000);
  const elements = pieces(bytes, cuts).flatMap((piece) => scanner.push(piece).map(parseJson));
  return { elements, frame: parseJson(scanner.frame()) };
}

function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...[...cuts].sort((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

const spaced = Buffer.from(JSON.stringify(LIST, undefined, 2));
const dense = Buffer.from(`${JSON.stringify(LIST)}\n`);

test('a list comes apart into its elements and its frame, wherever it is cut in two', () => {
  for (const bytes of [spaced, dense]) {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { elements, frame } = scan(bytes, [cut]);
      assert.deepEqual(elements, LIST.items);
      assert.deepEqual(frame, { ...LIST, items: [] });
    }
  }
});

test('a list of anything comes apart, cut anywhere, with its fields in any order', () => {
  const items = fc.array(
    fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())),
  );
  fc.assert(
    fc.property(items, fc.boolean(), fc.array(fc.nat(400)), (items, itemsFirst, cuts) => {
      const list = itemsFirst ? { items, metadata: { v: '1' } } : { metadata: { v: '1' }, items };
      const bytes = Buffer.from(JSON.stringify(list));
      const { elements, frame } = scan(
        bytes,
        cuts.map((cut) => cut % (bytes.length + 1)),
      );
      assert.deepEqual(JSON.stringify(elements), JSON.stringify(items));
      assert.deepEqual(frame, { metadata: { v: '1' }, items: [] });
    }),
  );
});

test('a list that ends early is malformed, at whichever byte it ends', () => {
  const end = dense.length - 1;
  for (let length = 0; length < end; length++) {
    assert.throws(() => scan(dense.subarray(0, length), []), MalformedJsonError);
  }
  assert.doesNotThrow(() => scan(dense.subarray(0, end), []));
});

test('an element beyond the limit is refused before it is whole', () => {
  const scanner = listScanner(100);
  const long = Buffer.from(`{"items":[{"a":"${'x'.repeat(90)}`);
  scanner.push(long);
  assert.throws(() => scanner.push(Buffer.from('y'.repeat(10))), MalformedJsonError);
});

test('any bytes are scanned without another exception than malformed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{', '}', '[', ']', ',', '"', ':', '\\', ' ', 'a', '0'), {
        maxLength: 60,
      }),
      (characters) => {
        try {
          scan(Buffer.from(characters.join('')), []);
        } catch (error) {
          assert.ok(error instanceof MalformedJsonError);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test('lines come out whole, wherever the stream is cut, also within a character', () => {
  const lines = [...NASTY.map((text) => JSON.stringify(text)), '', '{}'];
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  for (let cut = 0; cut <= bytes.length; cut++) {
    const splitter = lineSplitter(1_000);
    const found = pieces(bytes, [cut]).flatMap((piece) => splitter.push(piece).map(String));
    assert.deepEqual(found, lines);
    assert.equal(splitter.pendingBytes(), 0);
  }
});

test('bytes after the last newline are known to be pending', () => {
  const splitter = lineSplitter(1_000);
  assert.deepEqual(splitter.push(Buffer.from('abc')), []);
  assert.deepEqual(splitter.push(Buffer.from('d\ne')).map(String), ['abcd']);
  assert.equal(splitter.pendingBytes(), 1);
});

test('a line beyond the limit is refused before its end comes', () => {
  const splitter = lineSplitter(10);
  splitter.push(Buffer.from('0123456789'));
  assert.throws(() => splitter.push(Buffer.from('x')), MalformedJsonError);
});
