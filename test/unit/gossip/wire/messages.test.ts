import assert from 'node:assert/strict';
import test from 'node:test';
import { MsgpackWriter } from '../../../../src/base/msgpack/writer.ts';
import { decodeMessage } from '../../../../src/gossip/wire/decode-message.ts';
import { encodeMessage } from '../../../../src/gossip/wire/encode-message.ts';
import { GossipWireError } from '../../../../src/gossip/wire/wire-error.ts';
import { NAMED_MESSAGES } from './named-messages.ts';
import { namesOf, recorded } from './recorded.ts';

for (const name of namesOf(recorded.messages)) {
  const [bytes, message] = [recorded.messages[name], NAMED_MESSAGES[name]];
  test(`${name}: what memberlist wrote is understood`, () => {
    assert.deepEqual(decodeMessage(bytes), message);
  });
  test(`${name}: it is written as memberlist writes it`, () => {
    assert.deepEqual(encodeMessage(message), bytes);
  });
  test(`${name}: cut anywhere, it is malformed`, () => {
    const whole = name === 'user' ? 1 : bytes.length;
    for (let length = 0; length < whole; length += 1) {
      assert.throws(() => decodeMessage(bytes.subarray(0, length)), isFault('malformed'));
    }
  });
}

test('what was read of a packet stays as it is when its buffer is used again', () => {
  for (const name of ['user', 'ack with payload', 'alive, IPv6 and meta'] as const) {
    const buffer = Buffer.from(recorded.messages[name]);
    const message = decodeMessage(buffer);
    buffer.fill(0xee);
    assert.deepEqual(message, NAMED_MESSAGES[name]);
  }
});

const ALIVE = { Addr: Uint8Array.of(10, 0, 0, 7), Incarnation: 1, Node: 'n1', Port: 1 };
const VSN = Uint8Array.of(1, 5, 2, 2, 5, 4);

const NONSENSE: readonly (readonly [what: string, type: number, fields: Fields])[] = [
  ['a member without a name', 4, { ...ALIVE, Vsn: VSN, Node: '' }],
  ['a member without a port', 4, { ...ALIVE, Vsn: VSN, Port: 0 }],
  ['an address of 5 bytes', 4, { ...ALIVE, Vsn: VSN, Addr: new Uint8Array(5) }],
  ['too much meta', 4, { ...ALIVE, Vsn: VSN, Meta: new Uint8Array(513) }],
  ['too few versions', 4, { ...ALIVE, Vsn: VSN.subarray(1) }],
  ['an incarnation over 32 bits', 4, { ...ALIVE, Vsn: VSN, Incarnation: 2 ** 32 }],
  ['a suspicion of nobody', 3, { Incarnation: 1, From: 'n1' }],
  ['an indirect ping without a target', 1, { SeqNo: 1, Node: 'n1', Port: 1 }],
];

for (const [what, type, fields] of NONSENSE) {
  test(`${what} is malformed`, () => {
    assert.throws(() => decodeMessage(struct(type, fields)), isFault('malformed'));
  });
}

test('the same member is taken when it makes sense', () => {
  assert.equal(decodeMessage(struct(4, { ...ALIVE, Vsn: VSN })).kind, 'alive');
});

test('an IPv4 address in the form of IPv6 is the same member as in the form of IPv4', () => {
  const Addr = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 7);
  const message = decodeMessage(struct(4, { ...ALIVE, Vsn: VSN, Addr }));
  assert.deepEqual(message.kind === 'alive' && message.endpoint, { host: '10.0.0.7', port: 1 });
});

for (const type of [6, 7, 9, 10, 12, 14, 244, 255]) {
  test(`type ${type} is no message of its own`, () => {
    assert.throws(() => decodeMessage(Uint8Array.of(type, 0x80)), isFault('unknown-type'));
  });
}

type Fields = Readonly<Record<string, string | number | Uint8Array>>;

function struct(type: number, fields: Fields): Uint8Array {
  const entries = Object.entries(fields);
  const writer = new MsgpackWriter().byte(type).map(entries.length);
  for (const [key, value] of entries) {
    writer.text(key);
    if (typeof value === 'string') writer.text(value);
    else if (typeof value === 'number') writer.uint(value);
    else writer.raw(value);
  }
  return writer.bytes();
}

function isFault(fault: string) {
  return (error: unknown) => error instanceof GossipWireError && error.fault === fault;
}
