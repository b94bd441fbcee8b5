import { type Clock, pause } from '../../base/clock.ts';
import type { ClusterName } from '../../kube/leases/cluster-lease.ts';
import type { RaftNode } from '../../raft/node/raft-node.ts';
import { hasConfiguration } from '../../raft/storage/kept-state.ts';
import type { Storage } from '../../raft/storage/storage.ts';

export interface RaftHostParts {
  /** Opens what is kept of this cluster, or begins it, and deletes what is kept of others. */
  readonly open: (cluster: ClusterName) => Promise<Storage>;
  /** Takes the storage over, and closes it if it cannot start. `failed`: it has stopped by itself. */
  readonly start: (run: NodeRun) => Promise<RaftNode>;
  /** A server runs from now on. */
  readonly started: () => void;
  readonly opened: (cluster: ClusterName, serverId: string, isEmpty: boolean) => void;
  /** Why it cannot run for now; undefined: it runs again. */
  readonly trouble: (error: Error | undefined) => void;
  readonly clock: Clock;
}

export interface NodeRun {
  readonly storage: Storage;
  readonly cluster: ClusterName;
  readonly bootstrap: boolean;
  readonly failed: (error: Error) => void;
}

/** The Raft server of this process: of one cluster at a time, one after the other. */
export interface RaftHost {
  /** Undefined while none runs. */
  node(): RaftNode | undefined;
  open(cluster: ClusterName): void;
  run(cluster: ClusterName, bootstrap: boolean): void;
  /** Resolves when nothing runs, and the folder is done with. */
  stop(): Promise<void>;
}

/** A person has to make room, or give rights; or another process has to let go of the port. */
const RETRY_MS = 5_000;

interface Host {
  readonly parts: RaftHostParts;
  /** Aborts when something else is wanted than what is being done. */
  wish: AbortController;
  storage: Storage | undefined;
  node: RaftNode | undefined;
  isInTrouble: boolean;
  /** What is done is done one after the other. */
  last: Promise<void>;
}

export function createRaftHost(parts: RaftHostParts): RaftHost {
  const host: Host = {
    parts,
    wish: new AbortController(),
    storage: undefined,
    node: undefined,
    isInTrouble: false,
    last: Promise.resolve(),
  };
  return {
    node: () => host.node,
    open: (cluster) => wish(host, (signal) => open(host, cluster, signal)),
    run: (cluster, bootstrap) => {
      const { signal } = host.wish;
      host.last = host.last.then(() => run(host, { cluster, bootstrap }, signal));
    },
    stop() {
      wish(host, () => release(host));
      return host.last;
    },
  };
}

/** Whatever was wished for before is not wished for any more. */
function wish(host: Host, work: (signal: AbortSignal) => Promise<void>): void {
  host.wish.abort();
  host.wish = new AbortController();
  const { signal } = host.wish;
  host.last = host.last.then(() => work(signal));
}

async function open(host: Host, cluster: ClusterName, signal: AbortSignal): Promise<void> {
  await release(host);
  const storage = await openInTime(host, cluster, signal);
  if (storage === undefined) return;
  host.storage = storage;
  const isEmpty = !hasConfiguration(storage.restored);
  if (!signal.aborted) host.parts.opened(cluster, storage.serverId, isEmpty);
}

/** As long as it cannot be opened it is tried again; undefined: until something else was wished for. */
async function openInTime(
  host: Host,
  cluster: ClusterName,
  signal: AbortSignal,
): Promise<Storage | undefined> {
  while (!signal.aborted) {
    try {
      return await host.parts.open(cluster);
    } catch (error) {
      inTrouble(host, error);
      await waitForBetter(host, signal);
    }
  }
  return undefined;
}

async function run(host: Host, run: Omit<NodeRun, 'storage' | 'failed'>, signal: AbortSignal) {
  const { storage, parts } = host;
  if (storage === undefined || signal.aborted) return;
  host.storage = undefined;
  const failed = (error: unknown) => openAgain(host, run.cluster, signal, error);
  let node: RaftNode;
  try {
    node = await parts.start({ ...run, storage, failed });
  } catch (error) {
    return failed(error);
  }
  if (signal.aborted) return await node.stop();
  host.node = node;
  if (host.isInTrouble) parts.trouble(undefined);
  host.isInTrouble = false;
  parts.started();
}

/** After a failure nobody knows what is on the disk until it is opened anew. */
function openAgain(host: Host, cluster: ClusterName, signal: AbortSignal, error: unknown): void {
  if (signal.aborted) return;
  host.node = undefined;
  wish(host, async (next) => {
    await waitForBetter(host, next);
    await open(host, cluster, next);
  });
  inTrouble(host, error);
}

function waitForBetter({ parts: { clock } }: Host, signal: AbortSignal): Promise<void> {
  return pause(clock, RETRY_MS, signal).catch(() => {});
}

function inTrouble(host: Host, error: unknown): void {
  host.isInTrouble = true;
  host.parts.trouble(error instanceof Error ? error : new Error(String(error)));
}

async function release(host: Host): Promise<void> {
  const { node, storage } = host;
  host.node = undefined;
  host.storage = undefined;
  await node?.stop();
  // No server has run on it: there is nothing to lose.
  await storage?.close().catch(() => {});
}
