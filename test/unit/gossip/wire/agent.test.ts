import assert from 'node:assert/strict';
import test from 'node:test';
import { encodeMessage } from '../../../../src/gossip/wire/encode-message.ts';
import { decodePacket, type Envelope, encodePacket } from '../../../../src/gossip/wire/packet.ts';
import { decodeSerfMessage, decodeSerfState } from '../../../../src/gossip/wire/serf-codec.ts';
import { streamDecoder } from '../../../../src/gossip/wire/stream-decoder.ts';
import { decodeTags } from '../../../../src/gossip/wire/tags.ts';
import agent from './fixtures/agent.json' with { type: 'json' };
import { KEY_ONE } from './recorded.ts';

/**
 * What Debian's serf agent (0.9.4) sent to a member of ours on the loopback: we joined by a
 * push/pull, pinged it over TCP, UDP and through itself, told it an event, and left; it told an event
 * and a query (`serf event deploy v2`, `serf query uptime hello`). One packet of each kind is kept.
 */
const RECORDED = [
  { ...agent.plain, what: 'plain', envelope: { label: '', keyring: undefined } },
  { ...agent.encrypted, what: 'encrypted', envelope: { label: '', keyring: [KEY_ONE] } },
] as const satisfies readonly { readonly what: string; readonly envelope: Envelope }[];

for (const { what, envelope, packets, streams } of RECORDED) {
  for (const [kinds, base64] of Object.entries(packets)) {
    test(`a serf agent is understood, ${what}: ${kinds}`, () => {
      const { messages, faults } = decodePacket(Buffer.from(base64, 'base64'), envelope);
      assert.deepEqual(faults, []);
      assert.equal(messages.map(({ kind }) => kind).join(', '), kinds);
      for (const message of messages) {
        if (message.kind === 'user') decodeSerfMessage(message.payload);
        if (message.kind === 'alive') decodeTags(message.meta);
      }
    });
  }

  test(`the state of a serf agent is understood, ${what}`, () => {
    const answer = Buffer.from(streams['push-pull'], 'base64');
    const message = streamDecoder(envelope, 'answerer').push(answer);
    assert.ok(message?.kind === 'push-pull');
    const [node] = message.state.nodes;
    assert.deepEqual(
      [node?.node, node?.endpoint.host, node?.state],
      ['agent', '127.0.0.1', 'alive'],
    );
    assert.deepEqual(node && decodeTags(node.meta), new Map([['version', '1.2.3']]));
    const state = decodeSerfState(message.state.userState);
    assert.deepEqual([...state.statusTimes.keys()], ['agent']);
    assert.deepEqual(state.events, []);
  });

  test(`the ack of a serf agent over TCP is understood, ${what}`, () => {
    const answer = Buffer.from(streams.ack, 'base64');
    const ack = streamDecoder(envelope, 'answerer').push(answer);
    assert.deepEqual(ack, { kind: 'ack', sequence: 42, payload: new Uint8Array(0) });
  });
}

/** Whose first byte says that they are compressed, which we never do. */
const isCompressed = (packet: Uint8Array) => packet[0] === 9;

for (const [kinds, base64] of Object.entries(agent.plain.packets)) {
  const packet = new Uint8Array(Buffer.from(base64, 'base64'));
  if (isCompressed(packet)) continue;
  test(`we would have sent the same bytes as a serf agent: ${kinds}`, () => {
    const envelope = { label: '', keyring: undefined };
    const bodies = decodePacket(packet, envelope).messages.map(encodeMessage);
    assert.deepEqual(encodePacket(bodies, envelope, packet[0] === 12, new Uint8Array(0)), packet);
  });
}
