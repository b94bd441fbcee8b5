import { createServer, type Server, type Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import type { Streams } from '../../../src/raft/transport/streams.ts';

/** Addresses that reach each other at once, without sockets, so that time can be virtual. */
export interface MemoryNetwork {
  readonly streams: Streams;
  /** Has a server answer at `address`. */
  listen(address: string): (server: Server) => Promise<void>;
  /** From now on nothing comes of dialling that address, not even a refusal. */
  silence(address: string): void;
  /** Dialled so far. */
  readonly dialled: readonly string[];
}

export function memoryNetwork(): MemoryNetwork {
  const servers = new Map<string, Server>();
  const silent = new Set<string>();
  const dialled: string[] = [];
  return {
    dialled,
    silence: (address) => void silent.add(address),
    listen: (address) => async (server) => {
      servers.set(address, server);
      server.on('close', () => {
        if (servers.get(address) === server) servers.delete(address);
      });
    },
    streams: {
      async dial(address, signal) {
        dialled.push(address);
        if (silent.has(address)) await aborted(signal);
        const server = servers.get(address);
        if (server === undefined) throw new Error('nobody listens there');
        const [near, far] = duplexPair();
        near.on('close', () => far.destroy());
        far.on('close', () => near.destroy());
        server.emit('connection', far);
        return near;
      },
      server: ({ onStream }) => createServer((socket: Socket) => onStream(socket)),
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
