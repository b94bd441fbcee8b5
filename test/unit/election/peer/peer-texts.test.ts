import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostPort } from '../../../../src/base/ip.ts';
import {
  encodeHello,
  LONGEST_HELLO_BYTES,
  readHello,
} from '../../../../src/election/peer/hello.ts';
import { parsePeerAddress } from '../../../../src/election/peer/peer-address.ts';

for (const host of ['10.0.0.1', '127.0.0.1', '::1', '2001:db8::7', '::ffff:10.0.0.1']) {
  test(`S41 a peer at ${host} is found where it says`, () => {
    assert.deepEqual(parsePeerAddress(hostPort(host, 45_680)), { host, port: 45_680 });
  });
}

const NO_ADDRESSES = [
  '',
  ':',
  '10.0.0.1',
  '10.0.0.1:',
  '10.0.0.1:0',
  '10.0.0.1:65536',
  '10.0.0.1:-1',
  '10.0.0.1:8e3',
  '10.0.0.1:80 ',
  '10.0.0.1:80\n',
  '10.0.0.256:80',
  '[10.0.0.1]:80',
  '::1:80',
  '[::1]',
  '[::1]80',
  '[fe80::1%eth0]:80',
  '[::1]:80:80',
  'localhost:80',
  'leader.example:80',
  'http://10.0.0.1:80',
];
for (const text of NO_ADDRESSES) {
  test(`S43 ${JSON.stringify(text)} is no address of a peer`, () => {
    assert.equal(parsePeerAddress(text), undefined);
  });
}

test('S41 a hello says who, and is never longer than what is read of it', () => {
  const longest = `${'p'.repeat(253)}_${'u'.repeat(36)}`;
  assert.equal(readHello(encodeHello(longest)), longest);
  assert.ok(Buffer.byteLength(encodeHello(longest)) <= LONGEST_HELLO_BYTES);
});

for (const line of [
  '',
  'null',
  '[]',
  '{}',
  '{"identity":""}',
  '{"identity":1}',
  '{"identity":"a',
]) {
  test(`S43 ${JSON.stringify(line)} is no hello`, () => {
    assert.equal(readHello(line), undefined);
  });
}
