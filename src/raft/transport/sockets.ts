import { once } from 'node:events';
import type { Socket } from 'node:net';

/** Tells of a machine that has vanished, so that no connection to it is kept for ever. */
export const SOCKET_OPTIONS = {
  keepAlive: true,
  keepAliveInitialDelay: 10_000,
  noDelay: true,
} as const;

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const HOST_PORT = /^(?:\[(?<bracketed>[^\]]+)\]|(?<bare>[^:]+)):(?<port>\d{1,5})$/;

/** @throws RangeError for what is no host and port */
export function parseHostPort(address: string): HostPort {
  const groups = HOST_PORT.exec(address)?.groups;
  const host = groups?.['bracketed'] ?? groups?.['bare'];
  const port = Number(groups?.['port']);
  if (host === undefined || port > 65_535) throw new RangeError('not host:port');
  return { host, port };
}

/**
 * Resolves with the socket when it has emitted `event`.
 * @throws its error, or the reason of `signal`; the socket is destroyed then
 */
export async function standing<T extends Socket>(
  socket: T,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<T> {
  try {
    await once(socket, event, { signal });
    return socket;
  } catch (error) {
    // What it says while it is destroyed concerns nobody.
    socket.on('error', () => {});
    socket.destroy();
    throw signal.aborted ? signal.reason : error;
  }
}
