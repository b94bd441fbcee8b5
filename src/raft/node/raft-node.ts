import { bootstrapped } from '../core/bootstrap.ts';
import type { Change, RaftStatus, Result } from '../core/io.ts';
import { isNothing, type KeptState } from '../storage/kept-state.ts';
import { startRaftServer } from '../transport/raft-server.ts';
import { WIRE_LIMITS } from '../wire/limits.ts';
import type { RaftNodeParts } from './raft-node-parts.ts';
import {
  answer,
  createRunning,
  feed,
  halt,
  hasHalted,
  type Running,
  statusOf,
  wakeInTime,
} from './running.ts';

/** One server of a Raft cluster, on its disk and its port. */
export interface RaftNode {
  readonly id: string;
  /**
   * How it is now. `leadsUntil` is there only when all that it follows from is on the own disk.
   * When the node has stopped it leads and follows nobody.
   */
  status(): RaftStatus;
  change(change: Change): Result;
  /** Hands over to `to`, or to the voter that is furthest. */
  transfer(to?: string): Result;
  /** The process of the leader is gone: no need to wait for silence. */
  missLeader(leader: string): void;
  /** Says nothing any more, at once. Resolves when the disk is done with; never rejects. */
  stop(): Promise<void>;
}

/**
 * Starts a server of hashicorp/raft's protocol that goes on from what `storage` has kept. Whatever
 * follows from a change of that is said only when the change is on the disk.
 * @throws StorageError; what `listen` throws
 */
export async function startRaftNode(parts: RaftNodeParts): Promise<RaftNode> {
  const { storage } = parts;
  try {
    const running = createRunning(parts, await beginning(parts));
    await startServer(running);
    return nodeOf(running);
  } catch (error) {
    await storage.close().catch(() => undefined);
    throw error;
  }
}

async function beginning({ storage, bootstrap, address }: RaftNodeParts): Promise<KeptState> {
  const { restored, serverId } = storage;
  if (!bootstrap || !isNothing(restored)) return restored;
  const first = bootstrapped(serverId, address);
  await storage.save({ hardState: first.hardState, append: first.entries });
  return first;
}

async function startServer(running: Running): Promise<void> {
  const { storage, streams, address, listen, report } = running.parts;
  const server = await startRaftServer({
    streams,
    self: { id: storage.serverId, address },
    limits: WIRE_LIMITS,
    listen,
    handle: (received) => answer(running, received),
    report: (each) => {
      if (!hasHalted(running)) report(each);
    },
  });
  // What came as soon as it listened may have met a disk that fails.
  if (hasHalted(running)) server[Symbol.dispose]();
  else running.server = server;
  wakeInTime(running);
}

const NOT_LEADER: Result = { kind: 'refused', why: 'not-leader' };

function nodeOf(running: Running): RaftNode {
  return {
    id: running.parts.storage.serverId,
    status: () => statusOf(running),
    change: (change) => feed(running, { kind: 'change', change }) ?? NOT_LEADER,
    transfer: (to) =>
      feed(running, to === undefined ? { kind: 'transfer' } : { kind: 'transfer', to }) ??
      NOT_LEADER,
    missLeader: (leader) => void feed(running, { kind: 'leader-gone', leader }),
    stop: () => halt(running),
  };
}
