import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { systemClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { DEFAULT_SETTINGS } from '../../../src/raft/core/io.ts';
import type { Entry } from '../../../src/raft/messages.ts';
import { type RaftNode, startRaftNode } from '../../../src/raft/node/raft-node.ts';
import type { RaftNodeParts } from '../../../src/raft/node/raft-node-parts.ts';
import { nodeFolder } from '../../../src/raft/storage/node-folder.ts';
import { openStorage } from '../../../src/raft/storage/storage.ts';
import { tcpStreams } from '../../../src/raft/transport/tcp-streams.ts';

/** A server of ours on 127.0.0.1, with its data in a folder. */
export interface LiveNode {
  readonly node: RaftNode;
  readonly address: string;
  /** Why it has stopped by itself. */
  readonly failures: readonly Error[];
  /** What is in its log; it has to be stopped. */
  log(): Promise<readonly Entry[]>;
}

/** Starts one that goes on from what is in `folder`. */
export async function startLiveNode(
  folder: string,
  port: number,
  parts: Partial<RaftNodeParts> = {},
): Promise<LiveNode> {
  const address = `127.0.0.1:${port}`;
  const failures: Error[] = [];
  const node = await startRaftNode({
    storage: await openStorage(await nodeFolder(folder), randomUUID),
    bootstrap: false,
    address,
    streams: tcpStreams,
    listen: async (server) => {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    settings: DEFAULT_SETTINGS,
    clock: systemClock,
    random: systemRandom,
    changed: () => undefined,
    failed: (error) => failures.push(error),
    report: () => undefined,
    ...parts,
  });
  return { node, address, failures, log: () => logIn(folder) };
}

async function logIn(folder: string): Promise<readonly Entry[]> {
  const storage = await openStorage(await nodeFolder(folder), randomUUID);
  await storage.close();
  return storage.restored.entries;
}
