import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../../base/clock.ts';
import type { VaultAgents } from './vault-agents.ts';

/** Follows a certificate that cannot be verified, and is for those who start Node by hand. */
const NODES_ADVICE =
  /; if the root CA is installed locally, try running Node\.js with --use-system-ca$/;
/** Far above every documented answer; a CA bundle of a hundred certificates is a fifth of it. */
const LARGEST_ANSWER_BYTES = 1024 * 1024;

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** On `clock`. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal | undefined;
}

export interface HttpAnswer {
  /** Scheme, host and port that it came from. */
  readonly origin: string;
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** A call without an HTTP answer. Its message repeats nothing of the answer's bytes. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  /** Whether what came back was no HTTP, or too much of it; else nothing (whole) came back. */
  readonly foreign: boolean;
  /** Whether the request had a connection to go out on. */
  readonly maybeSent: boolean;

  constructor(problem: string, about: { foreign: boolean; maybeSent: boolean }, cause?: unknown) {
    super(problem, cause === undefined ? undefined : { cause });
    this.foreign = about.foreign;
    this.maybeSent = about.maybeSent;
  }
}

/**
 * One HTTP request and its whole answer.
 * @throws HttpFailure when there is none, or the signal's reason
 */
export function roundTrip(clock: Clock, agents: VaultAgents, call: HttpCall): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const request = open(agents, call);
  const connected = connection(request, call.url);
  const end = (error: Error) => {
    reject(error);
    request.destroy();
  };
  const fail: Fail = (problem, foreign, cause) =>
    end(new HttpFailure(problem, { foreign, maybeSent: connected() }, cause));

  request.once('response', (response) => read(response, call.url.origin, resolve, fail));
  request.on('error', (error) => fail(describe(error), isForeign(error), causeOf(error)));
  const stopTimer = clock.callAt(call.deadlineAt, () => fail('no answer in time', false));
  const abort = () => end(call.signal?.reason);
  call.signal?.addEventListener('abort', abort, { once: true });
  if (call.signal?.aborted) abort();
  else request.end(call.body);
  return promise.finally(() => {
    stopTimer();
    call.signal?.removeEventListener('abort', abort);
  });
}

type Fail = (problem: string, foreign: boolean, cause?: Error) => void;

function open(agents: VaultAgents, call: HttpCall): ClientRequest {
  const { method, headers } = call;
  return call.url.protocol === 'https:'
    ? httpsRequest(call.url, { method, headers, agent: agents.https() })
    : httpRequest(call.url, { method, headers, agent: agents.http() });
}

/** Tells whether the request has a connection, made new (with its TLS handshake) or used before. */
function connection(request: ClientRequest, url: URL): () => boolean {
  let made = false;
  request.once('socket', (socket) => {
    made = request.reusedSocket;
    // A socket outlives its requests: one that is connected would only collect listeners.
    if (made) return;
    socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      made = true;
    });
  });
  return () => made;
}

function read(
  response: IncomingMessage,
  origin: string,
  done: (answer: HttpAnswer) => void,
  fail: Fail,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > LARGEST_ANSWER_BYTES) fail('the answer is larger than 1 MiB', true);
    else chunks.push(chunk);
  });
  response.on('end', () => {
    const { statusCode: status = 0, headers } = response;
    const body = Buffer.concat(chunks).toString('utf8');
    done({ origin, status, location: headers.location, body });
  });
  response.on('error', () => fail('the connection ended within the answer', false));
}

/** Node's messages; connecting to several addresses fails with one error that holds the others. */
function describe(error: Error): string {
  if (isForeign(error)) return 'the answer is not HTTP';
  if (!(error instanceof AggregateError)) return error.message.replace(NODES_ADVICE, '');
  return error.errors.map((one: unknown) => (one instanceof Error ? one.message : '')).join('; ');
}

function isForeign(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && error.code.startsWith('HPE_');
}

/** A parser's error holds the bytes that it could not parse, which may hold a secret: it is not passed on. */
function causeOf(error: Error): Error | undefined {
  return isForeign(error) ? undefined : error;
}
