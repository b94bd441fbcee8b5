import { once } from 'node:events';
import type { Server } from 'node:net';

/** Where a server listens, and what a person calls these settings. */
export interface Endpoint {
  readonly port: number;
  /** An IP address; undefined for all. */
  readonly address: string | undefined;
  readonly portKey: string;
  readonly addressKey: string;
}

/** A place where a server cannot listen; the message names the key to change. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** @throws ListenError */
export async function listen(server: Server, endpoint: Endpoint): Promise<void> {
  const { port, address } = endpoint;
  const listening = once(server, 'listening');
  server.listen({ port, ...(address === undefined ? {} : { host: address }) });
  try {
    await listening;
  } catch (cause) {
    throw new ListenError(explain(endpoint, cause as NodeJS.ErrnoException), { cause });
  }
}

function explain({ port, address, ...keys }: Endpoint, { code, message }: NodeJS.ErrnoException) {
  const place = `port ${port}${address === undefined ? '' : ` of ${address}`}`;
  switch (code) {
    case 'EADDRINUSE':
      return `${place} is in use: set ${keys.portKey} to one that is free`;
    case 'EACCES':
      return `this process may not listen on ${place}: set ${keys.portKey} to one from 1024 on, or have the pod set the sysctl net.ipv4.ip_unprivileged_port_start to 0`;
    case 'EADDRNOTAVAIL':
      return `${address} is no address of this machine: correct ${keys.addressKey}`;
    default:
      return `cannot listen on ${place} (${keys.portKey}): ${message}`;
  }
}
