import type { Duplex } from 'node:stream';
import type { Cancel, Clock } from '../../base/clock.ts';
import type { Request, Response } from '../messages.ts';
import { encodeRequest } from '../wire/encode-request.ts';
import type { Sender } from '../wire/header.ts';
import type { WireLimits } from '../wire/limits.ts';
import { type ReplyReader, replyReader } from '../wire/reply-reader.ts';
import type { Reply } from '../wire/responses.ts';
import type { Streams } from './streams.ts';
import { TransportError, transportError } from './transport-error.ts';

export interface ConnectionParts {
  readonly streams: Streams;
  /** Who we are. */
  readonly self: Sender;
  readonly clock: Clock;
  readonly limits: WireLimits;
  /** So many requests may be sent before the first is answered; a few more wait their turn. */
  readonly maxInFlight: number;
}

export interface Answer {
  readonly from: Sender;
  readonly response: Response;
}

/** A connection to one server, on which answers come in the order of the requests. */
export interface Connection {
  /**
   * @param timeoutMs until the answer is there, counted from now; one that is late ends the connection
   * @throws TransportError
   */
  send(request: Request, timeoutMs: number): Promise<Answer>;
  /** Whether it has ended: whatever else is to be sent takes a new one. */
  hasEnded(): boolean;
  close(): void;
}

/** Whoever sends that much faster than it is answered should wait. */
const MOST_WAITING = 16;

interface Call extends PromiseWithResolvers<Answer> {
  readonly request: Request;
  readonly cancelDeadline: Cancel;
}

interface State {
  readonly parts: ConnectionParts;
  readonly address: string;
  readonly replies: ReplyReader;
  readonly waiting: Call[];
  readonly sent: Call[];
  readonly abort: AbortController;
  stream: Duplex | undefined;
}

/** Begins to connect at once; what is sent meanwhile waits. */
export function openConnection(parts: ConnectionParts, address: string): Connection {
  const state: State = {
    parts,
    address,
    replies: replyReader(parts.limits),
    waiting: [],
    sent: [],
    abort: new AbortController(),
    stream: undefined,
  };
  void dial(state);
  return {
    send: (request, timeoutMs) => send(state, request, timeoutMs),
    hasEnded: () => state.abort.signal.aborted,
    close: () => end(state, new TransportError('closed', address, 'we closed the connection')),
  };
}

async function dial(state: State): Promise<void> {
  const { parts, address, abort } = state;
  try {
    const stream = await parts.streams.dial(address, abort.signal);
    if (abort.signal.aborted) return void stream.destroy();
    follow(state, stream);
    writeNext(state);
  } catch (error) {
    end(state, transportError('unreachable', address, error));
  }
}

function follow(state: State, stream: Duplex): void {
  const { address } = state;
  state.stream = stream;
  stream.on('data', (chunk: Uint8Array) => take(state, chunk));
  stream.on('error', (error) => end(state, transportError('lost', address, error)));
  stream.on('close', () =>
    end(state, new TransportError('lost', address, 'the connection was closed')),
  );
}

function send(state: State, request: Request, timeoutMs: number): Promise<Answer> {
  const { address, abort, parts, waiting } = state;
  if (abort.signal.aborted) return Promise.reject(abort.signal.reason);
  if (waiting.length >= MOST_WAITING) {
    return Promise.reject(new TransportError('busy', address, 'too many requests wait for it'));
  }
  const late = () =>
    end(state, new TransportError('late', address, `no answer within ${timeoutMs} ms`));
  const cancelDeadline = parts.clock.callAt(parts.clock.now() + timeoutMs, late);
  const call = { ...Promise.withResolvers<Answer>(), request, cancelDeadline };
  waiting.push(call);
  writeNext(state);
  return call.promise;
}

function writeNext({ parts, stream, replies, waiting, sent }: State): void {
  if (stream === undefined) return;
  while (sent.length < parts.maxInFlight) {
    const call = waiting.shift();
    if (call === undefined) return;
    sent.push(call);
    replies.expect(call.request.kind);
    stream.write(encodeRequest(parts.self, call.request));
  }
}

function take(state: State, chunk: Uint8Array): void {
  try {
    for (const reply of state.replies.push(chunk)) settle(state, reply);
  } catch (error) {
    return end(state, transportError('malformed', state.address, error));
  }
  writeNext(state);
}

function settle({ sent, address }: State, reply: Reply): void {
  const call = sent.shift();
  call?.cancelDeadline();
  if (reply.kind === 'answered') call?.resolve(reply);
  else call?.reject(new TransportError('refused', address, reply.message));
}

function end(state: State, error: TransportError): void {
  const { abort, stream, sent, waiting } = state;
  if (abort.signal.aborted) return;
  abort.abort(error);
  stream?.destroy();
  for (const call of [...sent.splice(0), ...waiting.splice(0)]) {
    call.cancelDeadline();
    call.reject(error);
  }
}
