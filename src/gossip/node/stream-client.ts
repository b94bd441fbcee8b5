import { connect, type Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Endpoint } from '../messages.ts';
import { encodeStream } from '../wire/encode-stream.ts';
import { streamDecoder } from '../wire/stream-decoder.ts';
import type { StreamMessage } from '../wire/stream-message.ts';
import { closeAfter, hearOne, streamBudget } from './hear-one.ts';
import { StreamError } from './report.ts';
import type { Sealing } from './sealing.ts';

export interface StreamClientParts {
  readonly sealing: Sealing;
  readonly clock: Clock;
}

export interface StreamClient extends Disposable {
  /**
   * Says one message over a stream of its own, and returns the answer.
   * @param ms for all of it
   * @throws GossipWireError, StreamError, or what the socket says
   */
  ask(to: Endpoint, message: StreamMessage, ms: number): Promise<StreamMessage>;
}

/** Disposing of it closes all streams, at once. */
export function streamClient({ sealing, clock }: StreamClientParts): StreamClient {
  const budget = streamBudget();
  const open = new Set<Socket>();
  return {
    async ask(to, message, ms) {
      const envelope = sealing.envelope();
      const socket = connect({ host: to.host, port: to.port, noDelay: true });
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      closeAfter(socket, clock, ms);
      try {
        socket.write(encodeStream(message, envelope, 'dialler', sealing.nonce()));
        const answer = await hearOne(socket, streamDecoder(envelope, 'answerer'), budget);
        if (answer === undefined)
          throw new StreamError('answer', 'it closed the stream in silence');
        return answer;
      } finally {
        socket.destroy();
      }
    },
    [Symbol.dispose]() {
      for (const socket of open) socket.destroy();
    },
  };
}
