import { createSecretKey } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import type { TestContext } from 'node:test';
import { systemClock } from '../../../../src/base/clock.ts';
import type { AppendEntries, Request, Response } from '../../../../src/raft/messages.ts';
import { type RaftClient, raftClient } from '../../../../src/raft/transport/raft-client.ts';
import {
  type RaftServerParts,
  type RaftServerReport,
  startRaftServer,
} from '../../../../src/raft/transport/raft-server.ts';
import { tcpStreams } from '../../../../src/raft/transport/tcp-streams.ts';
import { WIRE_LIMITS } from '../../../../src/raft/wire/limits.ts';

export const CLIENT = { id: 'client', address: '127.0.0.1:1' };
export const SERVER = { id: 'server', address: '127.0.0.1:2' };

/** Far away, but not so far that a test which waits for it would never end. */
const TIMEOUT_MS = 10_000;

export interface TestServer {
  readonly address: string;
  readonly reports: RaftServerReport[];
  close(): void;
}

/** A server on a free port of this machine. */
export async function aServer(
  t: TestContext,
  parts: Partial<RaftServerParts> = {},
): Promise<TestServer> {
  const reports: RaftServerReport[] = [];
  let port = 0;
  const server = await startRaftServer({
    streams: tcpStreams,
    self: SERVER,
    limits: WIRE_LIMITS,
    listen: async (listening) => {
      port = await listenAnywhere(listening);
    },
    handle: async ({ request }) => agreeTo(request),
    report: (report) => reports.push(report),
    ...parts,
  });
  t.after(() => server[Symbol.dispose]());
  return { address: `127.0.0.1:${port}`, reports, close: () => server[Symbol.dispose]() };
}

export async function listenAnywhere(server: Server): Promise<number> {
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export function aClient(
  t: TestContext,
  parts: Partial<Parameters<typeof raftClient>[0]> = {},
): RaftClient {
  const client = raftClient({
    streams: tcpStreams,
    self: CLIENT,
    clock: systemClock,
    limits: WIRE_LIMITS,
    maxInFlight: 2,
    timeoutMs: TIMEOUT_MS,
    ...parts,
  });
  t.after(() => client[Symbol.dispose]());
  return client;
}

export const heartbeat: AppendEntries = {
  kind: 'append-entries',
  term: 3,
  prevIndex: 0,
  prevTerm: 0,
  entries: [],
  commit: 0,
};

export function anAppend(index: number): AppendEntries {
  const entry = { kind: 'noop' as const, index, term: 3, data: new Uint8Array(0) };
  return { ...heartbeat, prevIndex: index - 1, prevTerm: 3, entries: [entry] };
}

export function aSnapshotRequest(bytes: number): Request {
  return {
    kind: 'install-snapshot',
    term: 3,
    lastIndex: 10,
    lastTerm: 2,
    configuration: { servers: [{ id: 'a', address: 'a:1', suffrage: 'voter' }] },
    configurationIndex: 1,
    data: new Uint8Array(bytes).fill(0xab),
  };
}

/** Yes, whatever it is; an append is answered with its last index, so that answers differ. */
export function agreeTo(request: Request): Response {
  switch (request.kind) {
    case 'append-entries': {
      const { kind, term, prevIndex, entries } = request;
      const lastIndex = prevIndex + entries.length;
      return { kind, term, lastIndex, success: true, noRetryBackoff: false };
    }
    case 'install-snapshot':
      return { kind: request.kind, term: request.term, success: true };
    case 'timeout-now':
      return { kind: request.kind };
    case 'request-vote':
    case 'request-pre-vote':
      return { kind: request.kind, term: request.term, granted: true };
  }
}

export function aKey(byte: number) {
  return createSecretKey(Buffer.alloc(32, byte));
}
