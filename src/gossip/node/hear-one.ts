import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { StreamDecoder } from '../wire/stream-decoder.ts';
import type { StreamMessage } from '../wire/stream-message.ts';
import { GossipWireError } from '../wire/wire-error.ts';
import { type ByteBudget, byteBudget } from './byte-budget.ts';
import { StreamError } from './report.ts';

/** Two states of the largest size; those of 20 controllers take some kilobytes. */
const MOST_BYTES_WAITING = 8 * 1024 * 1024;

export function streamBudget(): ByteBudget<Socket> {
  const refusal = () => new GossipWireError('too-large', 'others need the room');
  return byteBudget(MOST_BYTES_WAITING, refusal);
}

/** Closes `socket` when it has stood for `ms`, whatever it is doing then. */
export function closeAfter(socket: Socket, clock: Clock, ms: number): void {
  const cancel = clock.callAt(clock.now() + ms, () =>
    socket.destroy(new StreamError('late', `not done within ${ms} ms`)),
  );
  socket.once('close', cancel);
}

/**
 * The one message that the other end of a stream says, or undefined where it closes it in silence.
 * What comes after the message is thrown away.
 * @throws GossipWireError, StreamError, or what the socket says
 */
export function hearOne(
  socket: Socket,
  decoder: StreamDecoder,
  budget: ByteBudget<Socket>,
): Promise<StreamMessage | undefined> {
  return new Promise<StreamMessage | undefined>((resolve, reject) => {
    let isDecided = false;
    const decide = (act: () => void) => {
      isDecided = true;
      budget.release(socket);
      act();
    };
    socket.on('data', (chunk: Buffer) => {
      if (isDecided) return;
      budget.spend(socket, chunk.length);
      try {
        const message = decoder.push(chunk);
        if (message !== undefined) decide(() => resolve(message));
      } catch (error) {
        decide(() => reject(error as Error));
      }
    });
    socket.on('error', (error) => decide(() => reject(error)));
    socket.once('close', () => {
      if (socket.bytesRead === 0) return decide(() => resolve(undefined));
      decide(() => reject(new StreamError('cut', 'it ended before its message did')));
    });
  });
}
