import type { Message } from '../../../../src/gossip/messages.ts';
import type { recorded } from './recorded.ts';

const V4 = '10.0.0.7';
const V6 = '2001:db8::7';
const versions = [1, 5, 2, 2, 5, 4] as const;

/** What the recorded messages say. */
export const NAMED_MESSAGES: Readonly<Record<keyof typeof recorded.messages, Message>> = {
  ping: { kind: 'ping', sequence: 7, node: '10.0.0.2:45678' },
  'ping with source': {
    kind: 'ping',
    sequence: 70_000,
    node: 'n2',
    source: { host: V4, port: 45_678, node: 'n1' },
  },
  'indirect ping': {
    kind: 'indirect-ping',
    sequence: 200,
    target: { host: V4, port: 45_678 },
    node: 'n2',
    wantsNack: true,
  },
  'indirect ping, source': {
    kind: 'indirect-ping',
    sequence: 2 ** 32 - 1,
    target: { host: V6, port: 1 },
    node: 'n2',
    wantsNack: false,
    source: { host: V4, port: 45_678, node: 'n1' },
  },
  ack: { kind: 'ack', sequence: 300, payload: new Uint8Array(0) },
  'ack with payload': { kind: 'ack', sequence: 1, payload: new Uint8Array(40).fill(9) },
  nack: { kind: 'nack', sequence: 65_535 },
  suspect: { kind: 'suspect', incarnation: 3, node: 'n2', from: 'n1' },
  alive: {
    kind: 'alive',
    incarnation: 1,
    node: 'n1',
    endpoint: { host: V4, port: 45_678 },
    meta: new Uint8Array(0),
    versions,
  },
  'alive, IPv6 and meta': {
    kind: 'alive',
    incarnation: 128,
    node: `n1-${'x'.repeat(40)}`,
    endpoint: { host: V6, port: 80 },
    meta: new Uint8Array(512).fill(0xff),
    versions,
  },
  dead: { kind: 'dead', incarnation: 256, node: 'n2', from: 'n1' },
  'dead, left': { kind: 'dead', incarnation: 0, node: 'n2', from: 'n2' },
  error: { kind: 'error', words: 'no installed keys could decrypt the message' },
  user: { kind: 'user', payload: new Uint8Array(Buffer.from('anything')) },
};
