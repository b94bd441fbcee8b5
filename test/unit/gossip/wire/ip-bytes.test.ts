import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ipFromBytes, ipToBytes } from '../../../../src/gossip/wire/ip-bytes.ts';
import { GossipWireError } from '../../../../src/gossip/wire/wire-error.ts';

const ADDRESSES: readonly (readonly [host: string, hex: string])[] = [
  ['0.0.0.0', '00000000'],
  ['255.1.20.3', 'ff011403'],
  ['::', '00'.repeat(16)],
  ['::1', `${'00'.repeat(15)}01`],
  ['1::', `0001${'00'.repeat(14)}`],
  ['2001:db8::7', `20010db8${'00'.repeat(11)}07`],
  ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ['fe80::1:0:0:1', 'fe800000000000000001000000000001'],
];

for (const [host, hex] of ADDRESSES) {
  test(`${host} is ${hex} on the wire`, () => {
    assert.equal(Buffer.from(ipToBytes(host)).toString('hex'), hex);
    assert.equal(ipFromBytes(Buffer.from(hex, 'hex')), host);
  });
}

test('an IPv4 address within IPv6 has 16 bytes when it is written so, and is read as IPv4', () => {
  const bytes = ipToBytes('::ffff:10.0.0.7');
  assert.equal(Buffer.from(bytes).toString('hex'), '00000000000000000000ffff0a000007');
  assert.equal(ipFromBytes(bytes), '10.0.0.7');
});

test('whatever 16 bytes there are, their text means the same bytes', () => {
  const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(65_535)), {
    minLength: 8,
    maxLength: 8,
  });
  fc.assert(
    fc.property(groups, (numbers) => {
      const bytes = new Uint8Array(16);
      for (const [index, number] of numbers.entries()) {
        bytes[2 * index] = number >> 8;
        bytes[2 * index + 1] = number & 0xff;
      }
      const back = ipToBytes(ipFromBytes(bytes));
      assert.deepEqual(back.length === 4 ? bytes.subarray(12) : bytes, back);
    }),
    { numRuns: 2_000 },
  );
});

test('an address of any other length is refused', () => {
  for (const length of [0, 1, 3, 5, 15, 17]) {
    assert.throws(() => ipFromBytes(new Uint8Array(length)), GossipWireError);
  }
});
