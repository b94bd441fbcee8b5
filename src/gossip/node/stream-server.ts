import type { Server, Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { crowd } from '../../base/crowd.ts';
import type { Connection } from '../core/surface.ts';
import type { Endpoint } from '../messages.ts';
import { encodeStream } from '../wire/encode-stream.ts';
import { streamDecoder } from '../wire/stream-decoder.ts';
import type { StreamMessage } from '../wire/stream-message.ts';
import { GossipWireError } from '../wire/wire-error.ts';
import type { ByteBudget } from './byte-budget.ts';
import { closeAfter, hearOne, streamBudget } from './hear-one.ts';
import { type DropReason, type NodeReport, StreamError } from './report.ts';
import type { Sealing } from './sealing.ts';

export interface StreamServerParts {
  readonly sealing: Sealing;
  readonly clock: Clock;
  readonly report: (report: NodeReport) => void;
  /** Whoever said it waits for `answer`, if that comes before `heard` returns. */
  readonly heard: (connection: Connection, from: Endpoint, message: StreamMessage) => void;
}

export interface StreamServer extends Disposable {
  answer(connection: Connection, message: StreamMessage): void;
}

/** Of all members together, and whoever else comes; each has one for a moment, now and then. */
const MOST_CONNECTIONS = 100;
/** As memberlist: question and answer are small, and whoever asks is waiting. */
export const STREAM_MS = 10_000;

/** Takes the one message of each stream that others open, and says what is answered. */
export function streamServer(tcp: Server, parts: StreamServerParts): StreamServer {
  const { sealing, clock, report, heard } = parts;
  const connections = crowd(MOST_CONNECTIONS);
  const budget = streamBudget();
  const waiting = new Map<Connection, Socket>();
  let count = 0;
  const serve = async (socket: Socket) => {
    const connection = count++;
    const from = endpointOf(socket);
    const message = await hearOrReport(parts, socket, budget);
    if (message === undefined) return void socket.destroy();
    waiting.set(connection, socket);
    heard(connection, from, message);
    // Whoever is answered closes the stream; nobody else is waited for.
    if (waiting.delete(connection)) socket.destroy();
  };
  tcp.on('error', (error) => report({ kind: 'failed', error }));
  tcp.on('connection', (socket) => {
    connections.add(socket);
    closeAfter(socket, clock, STREAM_MS);
    void serve(socket);
  });
  return {
    answer(connection, message) {
      const bytes = encodeStream(message, sealing.envelope(), 'answerer', sealing.nonce());
      waiting.get(connection)?.write(bytes);
      waiting.delete(connection);
    },
    [Symbol.dispose]() {
      tcp.close();
      connections[Symbol.dispose]();
    },
  };
}

async function hearOrReport(
  { sealing, report }: StreamServerParts,
  socket: Socket,
  budget: ByteBudget<Socket>,
): Promise<StreamMessage | undefined> {
  const from = endpointOf(socket);
  try {
    return await hearOne(socket, streamDecoder(sealing.envelope(), 'dialler'), budget);
  } catch (error) {
    const reason = reasonOf(error);
    // Whoever only looks whether somebody listens is nothing to speak of.
    const isSilent = reason === 'cut' && socket.bytesRead === 0;
    if (!isSilent) report({ kind: 'dropped', reason, from, error: error as Error });
    return undefined;
  }
}

function endpointOf({ remoteAddress = '', remotePort = 0 }: Socket): Endpoint {
  return { host: remoteAddress, port: remotePort };
}

function reasonOf(error: unknown): DropReason {
  if (error instanceof GossipWireError) return error.fault;
  return error instanceof StreamError && error.problem === 'late' ? 'late' : 'cut';
}
