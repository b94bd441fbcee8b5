import type { TestContext } from 'node:test';
import { DEFAULT_SETTINGS } from '../../../../src/raft/core/io.ts';
import type { Request, Response } from '../../../../src/raft/messages.ts';
import { type RaftNode, startRaftNode } from '../../../../src/raft/node/raft-node.ts';
import type { RaftNodeParts, RaftNodeReport } from '../../../../src/raft/node/raft-node-parts.ts';
import { openStorage, type Storage } from '../../../../src/raft/storage/storage.ts';
import type { StorageError } from '../../../../src/raft/storage/storage-error.ts';
import { raftClient } from '../../../../src/raft/transport/raft-client.ts';
import { startRaftServer } from '../../../../src/raft/transport/raft-server.ts';
import { WIRE_LIMITS } from '../../../../src/raft/wire/limits.ts';
import { type MemoryNetwork, memoryNetwork } from '../../../support/raft/memory-network.ts';
import { type SimFolder, simFolder } from '../../../support/raft/sim-folder.ts';
import { type VirtualClock, virtualClock } from '../../../support/virtual-clock.ts';

/** What one test's servers share. */
export interface World {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
}

export function aWorld(): World {
  return { clock: virtualClock(), network: memoryNetwork() };
}

/** A disk that can be told to take its time. */
export interface SlowDisk {
  readonly folder: SimFolder;
  /** What is saved from now on is on the disk when `release` is called. */
  hold(): void;
  release(): void;
  gate: PromiseWithResolvers<void>;
  isClosed: boolean;
}

export function aDisk(folder = simFolder()): SlowDisk {
  const gate = Promise.withResolvers<void>();
  gate.resolve();
  return {
    folder,
    gate,
    isClosed: false,
    hold() {
      this.gate = Promise.withResolvers();
    },
    release() {
      this.gate.resolve();
    },
  };
}

export interface TestNode {
  readonly node: RaftNode;
  readonly address: string;
  readonly disk: SlowDisk;
  readonly reports: RaftNodeReport[];
  readonly failures: StorageError[];
  /** How often it said that something has changed. */
  changes: number;
}

/** The server `name`, whose id is its name, at `<name>:1`. */
export async function aNode(
  t: TestContext,
  { clock, network }: World,
  name: string,
  parts: Partial<RaftNodeParts> & { readonly disk?: SlowDisk } = {},
): Promise<TestNode> {
  const { disk = aDisk(), ...others } = parts;
  const address = `${name}:1`;
  const test = { address, disk, reports: [], failures: [], changes: 0 };
  const seen: Omit<TestNode, 'node'> = test;
  const node = await startRaftNode({
    storage: slowed(await openStorage(disk.folder, () => name), disk),
    bootstrap: false,
    address,
    streams: network.streams,
    listen: network.listen(address),
    settings: DEFAULT_SETTINGS,
    clock,
    random: () => 0.5,
    changed: () => {
      seen.changes += 1;
    },
    failed: (error) => seen.failures.push(error),
    report: (report) => seen.reports.push(report),
    ...others,
  });
  t.after(() => node.stop());
  return Object.assign(seen, { node });
}

function slowed(storage: Storage, disk: SlowDisk): Storage {
  return {
    ...storage,
    async save(change) {
      const { promise } = disk.gate;
      const written = storage.save(change);
      written.catch(() => undefined);
      await promise;
      return written;
    },
    async close() {
      disk.isClosed = true;
      await storage.close();
    },
  };
}

/** Another server, as a test plays it. */
export interface Peer {
  /** Asks the server at `address`; `answers` tells what has come back. */
  ask(address: string, request: Request): Promise<Response>;
  /** What it was asked, in the order of its coming. */
  readonly asked: Request[];
}

/**
 * @param answer of a request; undefined: never
 * @param self who it says it is
 */
export async function aPeer(
  t: TestContext,
  { clock, network }: World,
  name: string,
  answer: (request: Request) => Response | undefined = () => undefined,
  self = { id: name, address: `${name}:1` },
): Promise<Peer> {
  const { streams } = network;
  const asked: Request[] = [];
  const client = raftClient({
    streams,
    self,
    clock,
    limits: WIRE_LIMITS,
    maxInFlight: 2,
    timeoutMs: 60_000,
  });
  const server = await startRaftServer({
    streams,
    self,
    limits: WIRE_LIMITS,
    listen: network.listen(`${name}:1`),
    handle: ({ request }) => {
      asked.push(request);
      const response = answer(request);
      return response === undefined ? new Promise(() => undefined) : Promise.resolve(response);
    },
    report: () => undefined,
  });
  t.after(() => {
    client[Symbol.dispose]();
    server[Symbol.dispose]();
  });
  return { asked, ask: async (address, request) => (await client.send(address, request)).response };
}

/** What has become of a promise so far. */
export function watched<T>(promise: Promise<T>): { value: T | undefined; error: unknown } {
  const seen: { value: T | undefined; error: unknown } = { value: undefined, error: undefined };
  promise.then(
    (value) => {
      seen.value = value;
    },
    (error: unknown) => {
      seen.error = error;
    },
  );
  return seen;
}
