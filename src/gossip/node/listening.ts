import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6, type Server } from 'node:net';

/** Where to listen, over UDP and TCP alike. */
export interface Bind {
  readonly port: number;
  /** An IP address of the family of our endpoint; undefined: all of that family. */
  readonly address: string | undefined;
  /** What a person calls the setting of the port. */
  readonly portKey: string;
}

/** A port that cannot be had; the message names the setting to change. */
export class GossipListenError extends Error {
  override readonly name = 'GossipListenError';
  /** Nobody gives a port back because he is asked again. */
  readonly retryable = false;
}

export interface GossipSockets {
  readonly udp: Socket;
  readonly tcp: Server;
}

/**
 * Opens both sockets; nothing is read of either before the caller does so.
 * @param host our own address as others know it, which tells the family
 * @throws GossipListenError
 */
export async function openSockets(bind: Bind, host: string): Promise<GossipSockets> {
  const isV6 = isIPv6(host);
  const place = { port: bind.port, host: bind.address ?? (isV6 ? '::' : '0.0.0.0') };
  const udp = createSocket({ type: isV6 ? 'udp6' : 'udp4', ipv6Only: isV6 });
  const tcp = createServer({ noDelay: true });
  try {
    const isBound = once(udp, 'listening');
    udp.bind({ port: place.port, address: place.host });
    await isBound;
    const isListening = once(tcp, 'listening');
    tcp.listen({ ...place, ipv6Only: isV6 });
    await isListening;
    return { udp, tcp };
  } catch (cause) {
    tcp.close();
    udp.close();
    throw new GossipListenError(explain(bind, cause as NodeJS.ErrnoException), { cause });
  }
}

function explain({ port, address, portKey }: Bind, { code, message }: NodeJS.ErrnoException) {
  const place = `port ${port}${address === undefined ? '' : ` of ${address}`}`;
  if (code === 'EADDRINUSE') return `${place} is in use: set ${portKey} to one that is free`;
  return `cannot listen for gossip on ${place} (${portKey}): ${message}`;
}
