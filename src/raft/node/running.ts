import { messageOf } from '../../base/message-of.ts';
import { type WakeTimer, wakeTimer } from '../../base/wake-timer.ts';
import type { OutgoingRequest, RaftInput, RaftStatus, Result } from '../core/io.ts';
import { createRaft, type Raft } from '../core/raft.ts';
import type { Response } from '../messages.ts';
import type { KeptState } from '../storage/kept-state.ts';
import { StorageError } from '../storage/storage-error.ts';
import { type RaftClient, raftClient } from '../transport/raft-client.ts';
import { WIRE_LIMITS } from '../wire/limits.ts';
import type { ReceivedRequest } from '../wire/request-reader.ts';
import { type Calls, createCalls } from './calls.ts';
import { isNews } from './news.ts';
import { type Outbox, outbox } from './outbox.ts';
import type { RaftNodeParts } from './raft-node-parts.ts';

/** A core, with all that it needs to run. */
export interface Running {
  readonly parts: RaftNodeParts;
  readonly raft: Raft;
  readonly client: RaftClient;
  readonly calls: Calls;
  readonly timer: WakeTimer;
  readonly put: Outbox;
  server: Disposable | undefined;
  /** The term in which it leads, and has it on its own disk that it may be believed. */
  believedTerm: number | undefined;
  /** What the owner has been told of. */
  told: RaftStatus;
  closing: Promise<void> | undefined;
}

const NO_DATA = new Uint8Array();
const HALTED = 'this server has stopped';

export function createRunning(parts: RaftNodeParts, kept: KeptState): Running {
  const { storage, streams, clock, random, settings, address } = parts;
  const id = storage.serverId;
  const raft = createRaft({ ...settings, id }, kept, clock.now(), random());
  const calls = createCalls();
  const running: Running = {
    parts,
    raft,
    calls,
    client: raftClient({
      streams,
      self: { id, address },
      clock,
      limits: WIRE_LIMITS,
      maxInFlight: settings.maxInFlight,
      // A vote may count for as long as an election lasts; after that no answer is of use.
      timeoutMs: settings.electionMaxMs,
    }),
    timer: wakeTimer(clock, () => feed(running, { kind: 'wake' })),
    put: outbox({
      term: kept.hardState.term,
      save: (change) => storage.save(change),
      send: (request) => send(running, request),
      answer: calls.answer,
      questionOf: calls.questionOf,
      failed: (error) => fail(running, error),
    }),
    server: undefined,
    believedTerm: undefined,
    told: raft.status(),
    closing: undefined,
  };
  return running;
}

/** Undefined if it has halted. */
export function feed(running: Running, input: RaftInput): Result | undefined {
  const { raft, parts, put } = running;
  if (hasHalted(running)) return undefined;
  const output = raft.step(input, parts.clock.now(), parts.random());
  const { term, leadsUntil } = raft.status();
  put(output, () => {
    if (leadsUntil !== undefined) running.believedTerm = term;
    tell(running);
  });
  wakeInTime(running);
  compactIfLong(running);
  tell(running);
  return output.result;
}

export function wakeInTime({ raft, timer }: Running): void {
  const at = raft.nextWake();
  timer.set(at === Number.POSITIVE_INFINITY ? undefined : at);
}

/** There is no state but the configuration: whatever else was committed is of no meaning here. */
function compactIfLong(running: Running): void {
  const { raft, parts } = running;
  const { commit, snapshotIndex } = raft.status();
  if (commit - snapshotIndex <= 2 * parts.settings.trailingEntries) return;
  feed(running, { kind: 'compact', index: commit, data: NO_DATA });
}

/** Later, so that nobody is called back while he calls. */
function tell(running: Running): void {
  const status = statusOf(running);
  const { settings, changed } = running.parts;
  if (!isNews(running.told, status, settings.electionMinMs)) return;
  running.told = status;
  queueMicrotask(() => {
    if (!hasHalted(running)) changed();
  });
}

export function statusOf(running: Running): RaftStatus {
  const status = running.raft.status();
  if (hasHalted(running)) return atRest(status);
  const isBelieved = running.believedTerm === status.term;
  return isBelieved ? status : { ...status, leadsUntil: undefined };
}

/** Whatever it was when it halted, it is nothing now. */
function atRest(status: RaftStatus): RaftStatus {
  return {
    ...status,
    role: 'follower',
    leader: undefined,
    heardAt: undefined,
    canChange: false,
    transferTo: undefined,
    leadsUntil: undefined,
    peers: [],
  };
}

function send(running: Running, { id, to, address, request }: OutgoingRequest): void {
  if (hasHalted(running)) return;
  const failed = (error: unknown) => {
    if (hasHalted(running)) return;
    running.parts.report({ kind: 'unanswered', to, error });
    feed(running, { kind: 'failed', id });
  };
  void running.client.send(address, request).then(({ from, response }) => {
    feed(running, { kind: 'answered', id, from: from.id || undefined, response });
  }, failed);
}

/** @throws when it halts before it has answered */
export async function answer(
  running: Running,
  { from, request }: ReceivedRequest,
): Promise<Response> {
  if (hasHalted(running)) throw new Error(HALTED);
  return running.calls.ask(request, (call) => {
    // Who tells no id (hashicorp/raft before 1.3) is known by his address, as he knows others.
    feed(running, { kind: 'request', from: from.id || from.address, call, request });
  });
}

export function hasHalted({ closing }: Running): boolean {
  return closing !== undefined;
}

/** Everything ends at once; resolves, whatever happens, when the disk is done with. */
export function halt(running: Running): Promise<void> {
  if (running.closing !== undefined) return running.closing;
  const { timer, server, client, calls, parts } = running;
  running.closing = parts.storage.close().catch(() => undefined);
  timer.stop();
  server?.[Symbol.dispose]();
  client[Symbol.dispose]();
  calls.refuseAll(new Error(HALTED));
  return running.closing;
}

function fail(running: Running, cause: unknown): void {
  if (hasHalted(running)) return;
  void halt(running);
  running.parts.failed(
    cause instanceof StorageError ? cause : new StorageError('failed', messageOf(cause), { cause }),
  );
}
