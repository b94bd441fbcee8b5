import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { selfSignedCertificate } from '../../../src/init/self-signed-certificate.ts';

/** Somebody who listens on loopback where an init container should. */
export interface Peer extends AsyncDisposable {
  readonly port: number;
  /** How many connections have been opened, and how many are open. */
  opened(): number;
  open(): number;
  /** What came over each connection, after TLS where there is TLS. */
  readonly received: readonly string[];
}

/** What to do with a connection once a whole request has been read from it. */
export type React = (socket: TLSSocket, request: string) => void;

/** Speaks TLS as an init container does, and anything that the test wants after that. */
export function tlsPeer(react: React, host = '127.0.0.1'): Promise<Peer> {
  const { key, certificate } = IDENTITY;
  const received: string[] = [];
  const server = createTlsServer({ key, cert: certificate }, (socket) => {
    const index = received.push('') - 1;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received[index] += bytes.toString();
      if (isWhole(received[index] ?? '')) react(socket, received[index] ?? '');
    });
  });
  server.on('tlsClientError', () => {});
  return listen(server, host, received);
}

/** Speaks TLS and does this as soon as the handshake is over, before any request. */
export function greetingPeer(greet: (socket: TLSSocket) => void): Promise<Peer> {
  const { key, certificate } = IDENTITY;
  const server = createTlsServer({ key, cert: certificate }, (socket) => {
    socket.on('error', () => {});
    greet(socket);
  });
  server.on('tlsClientError', () => {});
  return listen(server, '127.0.0.1', []);
}

/** Speaks no TLS at all. */
export function tcpPeer(react: (socket: Socket) => void): Promise<Peer> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    // Who does not read does not learn that the other side has gone.
    socket.resume();
    react(socket);
  });
  return listen(server, '127.0.0.1', []);
}

/** Ends the connection under a TLS socket by a TCP reset. */
export function reset(socket: TLSSocket): void {
  const under = [...UNDERLYING].find(({ remotePort }) => remotePort === socket.remotePort);
  under?.resetAndDestroy();
}

/** The TCP connections of all peers. */
const UNDERLYING = new Set<Socket>();

/** A port on loopback on which nobody listens. */
export async function freePort(): Promise<number> {
  await using peer = await tcpPeer(() => {});
  return peer.port;
}

const IDENTITY = selfSignedCertificate({
  addresses: ['127.0.0.1', '::1'],
  now: Date.now(),
  validForMs: 3_600_000,
});

async function listen(server: Server, host: string, received: string[]): Promise<Peer> {
  const sockets = new Set<Socket>();
  let opened = 0;
  server.on('connection', (socket) => {
    opened += 1;
    sockets.add(socket);
    UNDERLYING.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      UNDERLYING.delete(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    opened: () => opened,
    open: () => sockets.size,
    received,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isWhole(request: string): boolean {
  const [head = '', body] = request.split('\r\n\r\n', 2);
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  return body !== undefined && Buffer.byteLength(body) === Number(length ?? 0);
}
