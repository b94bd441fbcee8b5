import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Handler, Responder } from './exchange.ts';

export interface HttpOptions {
  readonly host?: string;
  /** 0, the default: any free one, kept over `stop` and `start`. */
  readonly port?: number;
  /** PEM; with it the server speaks https. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** An embedded server on a real port; disposing stops it. */
export interface SimServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Breaks every connection and refuses new ones, as a killed server does. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
  /** Breaks every connection, running watches among them, and goes on listening. */
  cutConnections(): void;
}

/** Serves `handler` on a port of this machine. */
export async function serveHttp(handler: Handler, options: HttpOptions = {}): Promise<SimServer> {
  const host = options.host ?? '127.0.0.1';
  const sockets = new Set<Socket>();
  const server = options.tls ? createTlsServer(options.tls) : createServer();
  server.on('request', (request, response) => void serveOne(handler, request, response));
  const tracked = options.tls ? 'secureConnection' : 'connection';
  server.on(tracked, (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await listen(server, host, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const cutConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    cutConnections();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `${options.tls ? 'https' : 'http'}://${host}:${port}`,
    port,
    cutConnections,
    start: () => listen(server, host, port),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(port, host);
  await listening;
}

async function serveOne(
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return; // the client went away while it spoke
  }
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  handler(
    {
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers,
      body: Buffer.concat(chunks).toString('utf8'),
      peer: request.socket.remoteAddress ?? '',
    },
    responderOf(response),
  );
}

function responderOf(response: ServerResponse): Responder {
  return {
    start(status, headers) {
      response.writeHead(status, { ...headers });
      // A watch's client waits for the head, not for the first event.
      if (headers['content-length'] === undefined) response.flushHeaders();
    },
    write: (bytes) => void response.write(bytes),
    end: () => void response.end(),
    // What was written so far goes out first, so that a cut is where it was ordered.
    reset: () => {
      if (response.headersSent) response.socket?.end(() => response.socket?.destroy());
      else response.socket?.destroy();
    },
    onGone: (gone) => void response.once('close', gone),
  };
}
