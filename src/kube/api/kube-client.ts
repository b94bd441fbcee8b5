import { type Clock, deadline } from '../../base/clock.ts';
import { sanitize } from '../../base/sanitize.ts';
import { MalformedJsonError, parseJson } from './byte-collector.ts';
import type { KubeAccess, KubeCredentials } from './credentials.ts';
import { type HttpAnswer, type HttpRequest, httpExchange } from './http-exchange.ts';
import {
  FinalKubeError,
  isKubeError,
  type KubeError,
  RetryableKubeError,
  refusalError,
} from './kube-error.ts';

export interface KubeRequest {
  /** What is asked, as errors call it: `list pods`. */
  readonly name: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly contentType: string; readonly value: unknown };
  /** How long the whole answer may take, in milliseconds; undefined where it has no end. */
  readonly deadlineMs: number | undefined;
  readonly signal?: AbortSignal;
  /** Called when the server has answered with 2xx; of a watch in which nothing happens no more comes. */
  readonly onAccepted?: () => void;
}

/** Requests to the API server, all over one pool of keep-alive connections. */
export interface KubeClient {
  /**
   * The body of a 2xx answer, as it comes. Whoever stops reading it early closes the connection.
   * @throws KubeError, also while the body is read; the signal's reason when it aborts
   */
  stream(request: KubeRequest): AsyncGenerator<Buffer, void>;
  /**
   * The JSON value of a 2xx answer.
   * @throws KubeError; the signal's reason when it aborts
   */
  json(request: KubeRequest): Promise<unknown>;
  /** Closes all connections. */
  close(): void;
}

/** One object: a pod of 1.5 MB in etcd, each byte of it escaped, and then some. */
export const LARGEST_OBJECT_BYTES = 16 * 1024 * 1024;
const LARGEST_REFUSAL_BYTES = 64 * 1024;

export function createKubeClient(credentials: KubeCredentials, clock: Clock): KubeClient {
  const exchange = httpExchange(clock);

  async function* stream(request: KubeRequest): AsyncGenerator<Buffer, void> {
    const limit = timeLimit(clock, request);
    try {
      const access = await readAccess(credentials, request);
      const answer = await exchange.send(httpRequest(access, request, limit.signal));
      if (answer.status === 401) credentials.refused();
      if (answer.status >= 300) throw await refusal(request, access, answer);
      request.onAccepted?.();
      yield* answer.body;
    } catch (error) {
      request.signal?.throwIfAborted();
      throw kubeError(request, limit.signal?.aborted ? limit.signal.reason : error);
    } finally {
      limit.cancel();
    }
  }
  const json = async (request: KubeRequest): Promise<unknown> => {
    try {
      return parseJson(await whole(stream(request), LARGEST_OBJECT_BYTES));
    } catch (error) {
      request.signal?.throwIfAborted();
      throw kubeError(request, error);
    }
  };
  return { stream, json, close: () => exchange.close() };
}

function timeLimit(clock: Clock, { deadlineMs, signal }: KubeRequest) {
  if (deadlineMs === undefined) return { signal, cancel: () => {} };
  const late = () => new Error(`no whole answer within ${deadlineMs / 1_000} s`);
  const timer = deadline(clock, deadlineMs, late);
  const both = signal === undefined ? timer.signal : AbortSignal.any([signal, timer.signal]);
  return { signal: both, cancel: timer.cancel };
}

async function readAccess(credentials: KubeCredentials, request: KubeRequest) {
  try {
    return await credentials.access();
  } catch (error) {
    throw new FinalKubeError('unauthorized', request.name, `no credentials: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function httpRequest(
  access: KubeAccess,
  { method = 'GET', path, query = {}, body }: KubeRequest,
  signal: AbortSignal | undefined,
): HttpRequest {
  const url = new URL(access.server.href.replace(/\/$/, '') + path);
  url.search = new URLSearchParams(query).toString();
  const authorization = access.token && { authorization: `Bearer ${access.token.reveal()}` };
  const payload = body && Buffer.from(JSON.stringify(body.value));
  return {
    url,
    method,
    tls: access.tls,
    headers: {
      accept: 'application/json',
      'user-agent': 'kubernetes-vault',
      ...access.headers,
      ...authorization,
      ...(body && { 'content-type': body.contentType }),
      // Node leaves the length out for a DELETE, and the body is then taken for the next request.
      ...(payload && { 'content-length': String(payload.length) }),
    },
    body: payload,
    signal,
  };
}

async function refusal(
  request: KubeRequest,
  access: KubeAccess,
  { status: code, retryAfter, body }: HttpAnswer,
): Promise<KubeError> {
  const bytes = await whole(body, LARGEST_REFUSAL_BYTES);
  const secrets = access.token === undefined ? [] : [access.token];
  return refusalError(request.name, { code, retryAfter, status: statusObject(bytes) }, secrets);
}

/** A proxy in between answers with text, or nothing, where the API server sends a Status. */
function statusObject(bytes: Buffer): unknown {
  try {
    return parseJson(bytes);
  } catch {
    return { message: bytes.toString('utf8') };
  }
}

async function whole(body: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > limit) throw new MalformedJsonError(`the answer is longer than ${limit} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}

function kubeError(request: KubeRequest, error: unknown): KubeError {
  if (isKubeError(error)) return error;
  const kind = error instanceof MalformedJsonError ? 'malformed' : 'unreachable';
  return new RetryableKubeError(kind, request.name, messageOf(error), { cause: error });
}

/** A connection tried over IPv4 and IPv6 fails with an error that has a code and no message. */
function messageOf(error: unknown): string {
  const { message, code } = error as Partial<NodeJS.ErrnoException>;
  return sanitize(message || code || 'unknown error');
}
