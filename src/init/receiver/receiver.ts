import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../base/message-of.ts';
import { type Answer, encodeAnswer, type Result, STATUS_OF } from '../../wire/answer.ts';
import { BadPushError, type Push, parsePush } from '../../wire/push.ts';
import type { Log } from '../log.ts';
import type { SelfSigned } from '../self-signed-certificate.ts';
import { connectionLimit, MOST_CONNECTIONS } from './connection-limit.ts';
import { type Body, readBody } from './read-body.ts';

/** A peer that takes longer than this for its TLS handshake, its head or its whole request is let go. */
const SLOW = { handshakeTimeout: 5_000, headersTimeout: 5_000, requestTimeout: 10_000 };
/** How often the server looks for those. */
const LOOK_FOR_SLOW_MS = 1_000;

/** Results that need nobody's attention. */
const AS_EXPECTED: readonly Result[] = ['exchanged', 'busy', 'done'];

export interface ReceiverParts {
  readonly identity: SelfSigned;
  readonly log: Log;
  /** @throws BadPushError */
  readonly take: (push: Push) => Promise<Answer>;
  /**
   * Why the app has no good token, undefined where it has: what probes of `/readyz` are told. Without
   * it there is no such path.
   */
  readonly unready?: () => Promise<string | undefined>;
}

/** The https server that pushes come to. */
export interface Receiver {
  /**
   * Listens on `address`, or else on all: IPv6 and IPv4, or IPv4 alone where IPv6 is off.
   * @throws Node's error, such as EADDRINUSE
   */
  listen(address: string | undefined, port: number): Promise<AddressInfo>;
  /** Resolves when every whole request has its answer handed over to the system. */
  drained(): Promise<void>;
  close(): void;
}

export function createReceiver(parts: ReceiverParts): Receiver {
  const { key, certificate: cert } = parts.identity;
  const options = { key, cert, ...SLOW, connectionsCheckingInterval: LOOK_FOR_SLOW_MS };
  const limit = connectionLimit(MOST_CONNECTIONS);
  const underWay = new Set<Promise<void>>();
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    if (body === undefined) return;
    limit.requested(request.socket);
    const answered = reply(parts, request, body).then((it) => send(response, it));
    underWay.add(answered);
    await answered.finally(() => underWay.delete(answered));
  };
  const server = createServer(options, (request, response) => void serve(request, response));
  server.on('connection', (socket) => limit.opened(socket));
  return {
    listen: (address, port) => listen(server, address, port, parts.log),
    drained: async () => void (await Promise.all(underWay)),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listen(
  server: Server,
  address: string | undefined,
  port: number,
  log: Log,
): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>();
  server.once('error', reject);
  // Without a host, Node listens on `::` for both families, or on 0.0.0.0 where there is no IPv6.
  server.listen({ port, ...(address === undefined ? {} : { host: address }) }, () => {
    server.off('error', reject);
    // A connection that could not be accepted, for want of memory or file descriptors, is its peer's to try again.
    server.on('error', (error) => log.warn({ reason: error.message }, 'could not accept'));
    resolve(server.address() as AddressInfo);
  });
  return promise;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** The methods that there are, for who has used another one. */
  readonly allow?: string;
}

async function reply(parts: ReceiverParts, request: IncomingMessage, body: Body): Promise<Reply> {
  const path = request.url?.split('?', 1)[0];
  if (path === '/') return await replyToPush(parts, request, body);
  if (path === '/readyz' && parts.unready !== undefined) {
    return replyToProbe(request, await parts.unready());
  }
  return text(404, 'Pushes go to /');
}

function replyToProbe({ method = '' }: IncomingMessage, unready: string | undefined): Reply {
  if (!['GET', 'HEAD'].includes(method)) return notAllowed('GET, HEAD', 'Probes are GETs');
  return unready === undefined ? text(200, 'ok') : text(503, unready);
}

async function replyToPush(
  { log, take }: ReceiverParts,
  { method }: IncomingMessage,
  body: Body,
): Promise<Reply> {
  if (method !== 'POST') return notAllowed('POST', 'Pushes are POSTed');
  try {
    if (body.kind === 'too-large') throw new BadPushError('the body is larger than 1 MiB');
    const answer = await take(parsePush(body.text));
    log[AS_EXPECTED.includes(answer.result) ? 'debug' : 'warn']({ ...answer }, 'answered a push');
    return json(answer);
  } catch (error) {
    const reason = messageOf(error);
    if (error instanceof BadPushError) {
      log.warn({ reason }, 'refused a push');
      return json({ result: 'bad-push', reason, tokenUsed: false });
    }
    // A fault of this program, which must not cost the pod the next push.
    log.error({ reason }, 'could not deal with a push');
    return text(500, 'The push could not be dealt with');
  }
}

function text(status: number, body: string): Reply {
  return { status, type: 'text/plain', body };
}

function notAllowed(allow: string, body: string): Reply {
  return { ...text(405, body), allow };
}

function json(answer: Answer): Reply {
  return { status: STATUS_OF[answer.result], type: 'application/json', body: encodeAnswer(answer) };
}

/** Resolves when the system has taken the whole reply over, or its peer is gone. */
function send(response: ServerResponse, { status, type, body, allow }: Reply): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (response.closed) resolve();
  response.once('finish', resolve);
  response.once('close', resolve);
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...(allow === undefined ? {} : { allow }),
    connection: 'close',
  });
  response.end(body);
  return promise;
}
