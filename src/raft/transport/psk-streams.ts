import type { KeyObject } from 'node:crypto';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { type ClusterName, pskOf } from './psk.ts';
import { parseHostPort, SOCKET_OPTIONS, standing } from './sockets.ts';
import type { Streams } from './streams.ts';

/** The first is the one to connect with; each is taken from others. */
export type Keyring = readonly [KeyObject, ...KeyObject[]];

/** TLS 1.3 alone: the key proves both ends, and a fresh exchange keeps what is recorded secret. */
const VERSION = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const;
/** Nobody who has the key takes longer to show it. */
const HANDSHAKE_MS = 3_000;
/** A session must not outlive the key that it began with. */
const SESSION_SECONDS = 1;

/**
 * Connections over TLS on which both ends prove, by a pre-shared key, that they are of the cluster.
 * There are no certificates: whoever has none of the keys, or is of another cluster, gets no further
 * than the handshake.
 * @param keyring asked at each connection, so that keys can be rotated while it runs
 */
export function pskStreams(keyring: () => Keyring, cluster: ClusterName): Streams {
  return {
    async dial(address, signal) {
      const socket = connect({
        ...parseHostPort(address),
        ...SOCKET_OPTIONS,
        ...VERSION,
        pskCallback: () => pskOf(keyring()[0], cluster),
        checkServerIdentity: () => new Error('it has a certificate, and not the key'),
      });
      const stream = await standing(socket, 'secureConnect', signal);
      return proven(stream);
    },
    server({ onStream, onStranger }) {
      const server = createServer(
        {
          ...SOCKET_OPTIONS,
          ...VERSION,
          handshakeTimeout: HANDSHAKE_MS,
          sessionTimeout: SESSION_SECONDS,
          pskCallback: (_socket, identity) => pskNamed(keyring(), cluster, identity),
        },
        onStream,
      );
      return server.on('tlsClientError', (error, socket) => {
        socket.destroy();
        if (!hasLeft(error)) onStranger(error);
      });
    },
  };
}

function pskNamed(keyring: Keyring, cluster: ClusterName, identity: string): Buffer | null {
  const psks = keyring.map((key) => pskOf(key, cluster));
  return psks.find((psk) => psk.identity === identity)?.psk ?? null;
}

/** Whoever went away before the end proved nothing, one way or the other. */
function hasLeft(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNRESET';
}

/** TLS lets a server ignore the key and show a certificate that some authority signed. */
function proven(socket: TLSSocket): TLSSocket {
  if (socket.getPeerX509Certificate() === undefined) return socket;
  socket.destroy();
  throw new Error('it has a certificate, and not the key');
}
