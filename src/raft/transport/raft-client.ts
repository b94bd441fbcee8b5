import { isHeartbeat } from '../core/heartbeat.ts';
import type { Request } from '../messages.ts';
import {
  type Answer,
  type Connection,
  type ConnectionParts,
  openConnection,
} from './connection.ts';
import { TransportError } from './transport-error.ts';

/** Asks other servers. */
export interface RaftClient extends Disposable {
  /**
   * Sends a request to the server at `address` (host and port), and resolves with its answer.
   * Requests of one kind to one server arrive in their order; heartbeats wait for nothing else.
   * @throws TransportError
   */
  send(address: string, request: Request): Promise<Answer>;
}

export interface RaftClientParts extends ConnectionParts {
  /** How long an answer may take; of a snapshot, each 256 KiB of it. */
  readonly timeoutMs: number;
}

/** hashicorp's DefaultTimeoutScale. */
const SNAPSHOT_BYTES_PER_TIMEOUT = 256 * 1_024;

type Lane = 'heartbeats' | 'appends' | 'others';

/**
 * Keeps up to three connections to each server that it was asked to reach: a slow disk that holds up
 * appends must not hold up heartbeats, nor an election. A snapshot has one of its own, which ends with it.
 */
export function raftClient(parts: RaftClientParts): RaftClient {
  const { timeoutMs } = parts;
  let isClosed = false;
  const connections = new Map<string, Connection>();
  const snapshots = new Set<Connection>();
  const connectionTo = (address: string, lane: Lane): Connection => {
    const name = `${lane} ${address}`;
    const standing = connections.get(name);
    if (standing !== undefined && !standing.hasEnded()) return standing;
    // Most addresses of the past never come again.
    for (const [past, { hasEnded }] of connections) if (hasEnded()) connections.delete(past);
    const opened = openConnection(parts, address);
    connections.set(name, opened);
    return opened;
  };
  const sendSnapshot = async (address: string, request: Request, bytes: number) => {
    const connection = openConnection(parts, address);
    snapshots.add(connection);
    const scale = Math.max(1, Math.ceil(bytes / SNAPSHOT_BYTES_PER_TIMEOUT));
    try {
      return await connection.send(request, timeoutMs * scale);
    } finally {
      connection.close();
      snapshots.delete(connection);
    }
  };
  return {
    async send(address, request) {
      if (isClosed) throw new TransportError('closed', address, 'we have ended');
      if (request.kind === 'install-snapshot') {
        return sendSnapshot(address, request, request.data.length);
      }
      return connectionTo(address, laneOf(request)).send(request, timeoutMs);
    },
    [Symbol.dispose]() {
      isClosed = true;
      for (const connection of [...connections.values(), ...snapshots]) connection.close();
    },
  };
}

function laneOf(request: Request): Lane {
  if (isHeartbeat(request)) return 'heartbeats';
  return request.kind === 'append-entries' ? 'appends' : 'others';
}
