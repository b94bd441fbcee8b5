/** Beyond these, the connection that has been longest without a whole request makes room. */
export const MOST_CONNECTIONS = 100;

/** As much of a socket as it takes. */
export interface Connection {
  readonly localAddress?: string | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  once(event: 'close', listener: () => void): unknown;
  destroy(): unknown;
}

/** Keeps a server's connections few, whoever opens them and however slowly they speak. */
export interface ConnectionLimit {
  opened(connection: Connection): void;
  /** A whole request has come on it: it is not closed for others any more. */
  requested(connection: Connection): void;
}

export function connectionLimit(most: number): ConnectionLimit {
  let open = 0;
  /** Without a whole request, in the order of their coming. */
  const waiting = new Map<string, Connection>();
  return {
    opened(connection) {
      const key = keyOf(connection);
      open += 1;
      waiting.set(key, connection);
      connection.once('close', () => {
        open -= 1;
        waiting.delete(key);
      });
      if (open <= most) return;
      const [longest] = waiting.values();
      longest?.destroy();
    },
    requested(connection) {
      waiting.delete(keyOf(connection));
    },
  };
}

/** A TLS socket and the connection below it are two objects; their addresses are the same. */
function keyOf({ localAddress, remoteAddress, remotePort }: Connection): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`;
}
