import type { Ack, Ping, ProtocolError, PushPull, User } from '../messages.ts';

/**
 * What goes over TCP: one message from whoever dialled, and one in return, unless it is a user's.
 * Neither side closes its half; the dialler closes all once it has the answer.
 */
export type StreamMessage = Ping | Ack | User | ProtocolError | PushPullMessage;

export interface PushPullMessage {
  readonly kind: 'push-pull';
  readonly state: PushPull;
  /** How many nodes of what was received are left out, because they make no sense. */
  readonly refused?: number;
}

/** Who of the two ends said it: only what the dialler says begins with the label. */
export type StreamEnd = 'dialler' | 'answerer';

/**
 * How much is taken from a stream, plain or unpacked. memberlist takes five times as much; 20
 * controllers with all that serf remembers of events stay far below.
 */
export const MOST_STREAM_BYTES = 4 * 1024 * 1024;
