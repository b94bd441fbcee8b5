import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { crowd } from '../../base/crowd.ts';
import type { Response } from '../messages.ts';
import type { Sender } from '../wire/header.ts';
import type { WireLimits } from '../wire/limits.ts';
import { type ReceivedRequest, requestReader } from '../wire/request-reader.ts';
import { encodeRefusal, encodeResponse } from '../wire/responses.ts';
import { RaftWireError } from '../wire/wire-error.ts';
import type { Streams } from './streams.ts';

export interface RaftServerParts {
  readonly streams: Streams;
  /** Who we are. */
  readonly self: Sender;
  readonly limits: WireLimits;
  /** Has the server listen where it should. */
  readonly listen: (server: Server) => Promise<void>;
  /** The answer to a request. What it throws is answered as a failure, without its words. */
  readonly handle: (received: ReceivedRequest) => Promise<Response>;
  readonly report: (report: RaftServerReport) => void;
}

/** Connections that were of no use, to be counted. */
export type RaftServerReport =
  /** Whoever it was could not prove that he is of the cluster. */
  | { readonly kind: 'stranger'; readonly error: Error }
  | { readonly kind: 'malformed'; readonly error: RaftWireError }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Of all servers together, and whoever else comes. */
const MOST_CONNECTIONS = 200;
const NO_ANSWER = encodeRefusal('this server cannot answer');

/**
 * Answers the requests of other servers; those of one connection one after the other. Disposing of it
 * closes the port and all connections, at once.
 * @throws what `listen` throws
 */
export async function startRaftServer(parts: RaftServerParts): Promise<Disposable> {
  const connections = crowd(MOST_CONNECTIONS);
  const server = parts.streams.server({
    onStream: (stream) => void answer(parts, stream),
    onStranger: (error) => parts.report({ kind: 'stranger', error }),
  });
  server.on('connection', (socket: Socket) => connections.add(socket));
  await parts.listen(server);
  server.on('error', (error) => parts.report({ kind: 'failed', error }));
  return {
    [Symbol.dispose]() {
      server.close();
      connections[Symbol.dispose]();
    },
  };
}

async function answer(parts: RaftServerParts, stream: Duplex): Promise<void> {
  const reader = requestReader(parts.limits);
  stream.on('error', () => {});
  try {
    // Nothing more is read while an answer is under way: whoever asks faster than that waits.
    for await (const chunk of stream) {
      for (const received of reader.push(chunk)) stream.write(await replyTo(parts, received));
    }
  } catch (error) {
    if (error instanceof RaftWireError) parts.report({ kind: 'malformed', error });
    // Any other is of a connection that broke, which is nothing to speak of.
  } finally {
    stream.destroy();
  }
}

async function replyTo(parts: RaftServerParts, received: ReceivedRequest): Promise<Uint8Array> {
  try {
    return encodeResponse(parts.self, await parts.handle(received));
  } catch (error) {
    parts.report({ kind: 'failed', error });
    return NO_ANSWER;
  }
}
