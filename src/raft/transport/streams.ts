import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';

/** Makes connections whose other end has proven, as far as that is asked for, that it is one of us. */
export interface Streams {
  /**
   * Resolves when the connection stands and its other end has proven itself.
   * @param address host and port, an IPv6 host in brackets
   * @throws what went wrong, or the reason of `signal`
   */
  dial(address: string, signal: AbortSignal): Promise<Duplex>;
  /** A server, not listening yet, that hands over each connection whose other end has proven itself. */
  server(taker: StreamTaker): Server;
}

export interface StreamTaker {
  onStream(stream: Duplex): void;
  /** Somebody could not prove himself. */
  onStranger(error: Error): void;
}
