import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { crowd } from '../../../base/crowd.ts';
import { nodeFolder } from '../../../raft/storage/node-folder.ts';
import { storageError } from '../../../raft/storage/storage-error.ts';
import type { MembersView } from './members-view.ts';
import { clearTheWay, membersSocket, RaftDirInUseError } from './socket-file.ts';
import { encodeView } from './view-codec.ts';

export interface MembersServerParts {
  readonly raftDir: string;
  /** Asked for each who comes. */
  readonly view: () => MembersView;
}

const MOST_CONNECTIONS = 16;
/** For this user alone, as all that is in raftDir. */
const SOCKET_MODE = 0o600;

/**
 * Tells whoever may read `raftDir`, which is made if it is not there, of the members of the cluster.
 * Its socket says that the directory is in use, until it is disposed of or the process ends: to be
 * made before anything there is opened.
 * @throws RaftDirInUseError
 * @throws StorageError if nothing can be made there
 */
export async function serveMembers({ raftDir, view }: MembersServerParts): Promise<Disposable> {
  await nodeFolder(raftDir);
  const path = membersSocket(raftDir);
  await clearTheWay(path);
  const connections = crowd(MOST_CONNECTIONS);
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('error', () => {});
    // What is not read hides that the other side has closed.
    socket.resume();
    socket.end(encodeView(view()));
  });
  await listenOn(server, path);
  server.on('error', () => {});
  return {
    [Symbol.dispose]() {
      server.close();
      connections[Symbol.dispose]();
    },
  };
}

async function listenOn(server: Server, path: string): Promise<void> {
  try {
    const listening = once(server, 'listening');
    server.listen({ path });
    await listening;
    await chmod(path, SOCKET_MODE);
  } catch (error) {
    server.close();
    // Somebody else has been faster.
    const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw isInUse ? new RaftDirInUseError(path) : storageError(path, error);
  }
}
