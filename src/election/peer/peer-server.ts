import { createServer, type Socket } from 'node:net';
import { crowd } from '../../base/crowd.ts';
import { type Endpoint, listen } from '../../telemetry/listen.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { encodeHello } from './hello.ts';
import { KEEP_ALIVE } from './tcp-transport.ts';

export interface PeerServerOptions {
  readonly endpoint: Endpoint;
  /** Who this process is; no other process ever bears the same. */
  readonly identity: string;
  readonly logger: Logger;
}

/** Of all standbys together, and whoever else comes. */
const MOST_CONNECTIONS = 200;
/** Nobody has anything to say here; a probe of a port scanner may say a little. */
const MOST_BYTES_HEARD = 1_024;

/**
 * Says to whoever connects who this process is, and nothing more: the connection is there to end
 * with the process. Disposing of it closes the port, then all connections, at once.
 * @throws ListenError
 */
export async function startPeerServer(options: PeerServerOptions): Promise<Disposable> {
  const { endpoint, identity, logger } = options;
  const hello = encodeHello(identity);
  const connections = crowd(MOST_CONNECTIONS);
  const server = createServer({ ...KEEP_ALIVE, noDelay: true }, (socket) => {
    connections.add(socket);
    socket.on('error', () => {});
    hearLittle(socket);
    socket.write(hello);
  });
  await listen(server, endpoint);
  server.on('error', (error) => logger.warn({ error }, 'a peer could not connect'));
  return {
    [Symbol.dispose]() {
      server.close();
      connections[Symbol.dispose]();
    },
  };
}

function hearLittle(socket: Socket): void {
  socket.on('data', () => {
    if (socket.bytesRead > MOST_BYTES_HEARD) socket.destroy();
  });
}
