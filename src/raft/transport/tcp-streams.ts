import { connect, createServer } from 'node:net';
import { parseHostPort, SOCKET_OPTIONS, standing } from './sockets.ts';
import type { Streams } from './streams.ts';

/** Connections that prove nothing: whoever reaches the port is believed. */
export const tcpStreams: Streams = {
  dial: async (address, signal) =>
    standing(connect({ ...parseHostPort(address), ...SOCKET_OPTIONS }), 'connect', signal),
  server: ({ onStream }) => createServer(SOCKET_OPTIONS, onStream),
};
