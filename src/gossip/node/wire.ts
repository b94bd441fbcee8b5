import type { Clock } from '../../base/clock.ts';
import type { Connection } from '../core/surface.ts';
import type { Endpoint } from '../messages.ts';
import type { SerfAction } from '../serf/surface.ts';
import type { StreamMessage } from '../wire/stream-message.ts';
import { asking } from './asking.ts';
import { hearMessages, type IntakeParts, takeState } from './intake.ts';
import type { GossipSockets } from './listening.ts';
import { packets } from './packets.ts';
import type { Sealing } from './sealing.ts';
import { streamClient } from './stream-client.ts';
import { streamServer } from './stream-server.ts';

export interface GossipWireParts extends IntakeParts {
  readonly sealing: Sealing;
  readonly clock: Clock;
  /** How long the answer to a ping over a stream is of use. */
  readonly pingMs: number;
}

/** What is said to others. */
export type SaidAction = Extract<
  SerfAction,
  { readonly kind: 'send' | 'push-pull' | 'pull' | 'stream-ping' | 'stream-ack' }
>;

export interface GossipWire extends Disposable {
  carryOut(action: SaidAction): void;
}

/** Says what is to be said to others, and feeds what they say, until it is disposed of. */
export function gossipWire({ udp, tcp }: GossipSockets, parts: GossipWireParts): GossipWire {
  const stack = new DisposableStack();
  const heard = (from: Endpoint, messages: Parameters<typeof hearMessages>[2]) =>
    hearMessages(parts, from, messages);
  const datagrams = stack.use(packets(udp, { ...parts, heard }));
  const heardOnStream = (connection: Connection, from: Endpoint, message: StreamMessage) =>
    hearStream(parts, connection, from, message);
  const server = stack.use(streamServer(tcp, { ...parts, heard: heardOnStream }));
  const client = stack.use(streamClient(parts));
  const ask = asking({ ...parts, client });
  return {
    carryOut(action) {
      switch (action.kind) {
        case 'send':
          return datagrams.send(action);
        case 'pull':
          return server.answer(action.connection, { kind: 'push-pull', state: action.state });
        case 'stream-ack':
          return server.answer(action.connection, action.ack);
        case 'push-pull':
          return ask.pushPull(action.to, action.state);
        case 'stream-ping':
          return ask.ping(action.to, action.ping);
      }
    },
    [Symbol.dispose]: () => stack.dispose(),
  };
}

function hearStream(
  parts: IntakeParts,
  connection: Connection,
  from: Endpoint,
  message: StreamMessage,
): void {
  switch (message.kind) {
    case 'push-pull':
      return parts.feed({ kind: 'pushed', connection, state: takeState(parts, from, message) });
    case 'ping':
      return parts.feed({ kind: 'stream-pinged', connection, ping: message });
    case 'user':
      return hearMessages(parts, from, [message]);
    default:
      // An answer to what nobody asked.
      return;
  }
}
