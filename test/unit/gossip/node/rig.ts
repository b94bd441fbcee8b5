import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import type { Message, Ping } from '../../../../src/gossip/messages.ts';
import type { GossipNodeParts } from '../../../../src/gossip/node/parts.ts';
import { encodeMessage } from '../../../../src/gossip/wire/encode-message.ts';
import { encodeStream } from '../../../../src/gossip/wire/encode-stream.ts';
import { type Keyring, NONCE_BYTES } from '../../../../src/gossip/wire/keyring.ts';
import { decodePacket, type Envelope, encodePacket } from '../../../../src/gossip/wire/packet.ts';
import { streamDecoder } from '../../../../src/gossip/wire/stream-decoder.ts';
import type { StreamMessage } from '../../../../src/gossip/wire/stream-message.ts';
import {
  aGossipKey,
  aLiveNode,
  type LiveNode,
  LOOPBACK,
} from '../../../support/gossip/live-node.ts';
import { until, within } from '../../../support/until.ts';

export const KEYS: Keyring = [aGossipKey(1)];
export const ENVELOPE: Envelope = { label: 'controllers', keyring: KEYS };
export const ping: Ping = { kind: 'ping', sequence: 7, node: '' };

export function nonce(): Uint8Array {
  return new Uint8Array(randomBytes(NONCE_BYTES));
}

export function sealed(messages: readonly Message[], envelope = ENVELOPE): Uint8Array {
  return encodePacket(messages.map(encodeMessage), envelope, true, nonce());
}

export function sealedBytes(bytes: Uint8Array, envelope = ENVELOPE): Uint8Array {
  return encodePacket([bytes], envelope, false, nonce());
}

/** A member to send things to. */
export async function aVictim(
  t: TestContext,
  { label, keyring }: Envelope = ENVELOPE,
  overrides: Partial<GossipNodeParts> = {},
): Promise<LiveNode> {
  return aLiveNode(t, { label, keyring: () => keyring, ...overrides });
}

/** A socket that is no member. */
export async function aStranger(t: TestContext): Promise<Socket> {
  const udp = createSocket('udp4');
  t.after(() => udp.close());
  udp.bind(0, LOOPBACK);
  await once(udp, 'listening');
  return udp;
}

/** Whether it still answers a member, by packets and by streams. */
export async function requireWell(
  t: TestContext,
  victim: LiveNode,
  envelope = ENVELOPE,
): Promise<void> {
  const udp = await aStranger(t);
  const answers: Buffer[] = [];
  udp.on('message', (packet) => answers.push(packet));
  const [packet] = await until('it answers a packet', () => {
    // Where many came before it, one may be lost.
    udp.send(sealed([ping], envelope), victim.endpoint.port, LOOPBACK);
    return answers.length > 0 && answers;
  });
  assert.ok(packet);
  assert.equal(decodePacket(packet, envelope).messages[0]?.kind, 'ack');
  const heard = await within('it answers a stream', asked(victim, ping, envelope));
  assert.equal(heard.kind, 'ack');
}

/** The answer to one message over a stream. */
export async function asked(
  victim: LiveNode,
  message: StreamMessage,
  envelope: Envelope,
): Promise<StreamMessage> {
  const stream = connect(victim.endpoint.port, LOOPBACK);
  stream.write(encodeStream(message, envelope, 'dialler', nonce()));
  const decoder = streamDecoder(envelope, 'answerer');
  for await (const chunk of stream) {
    const answer = decoder.push(chunk as Buffer);
    if (answer !== undefined) return answer;
  }
  return assert.fail('the stream ended without an answer');
}
