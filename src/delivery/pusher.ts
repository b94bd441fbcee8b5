import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, createSecureContext, type TLSSocket } from 'node:tls';
import type { Clock } from '../base/clock.ts';
import { hostPort } from '../base/ip.ts';
import { sanitize } from '../base/sanitize.ts';
import { LARGEST_ANSWER_BYTES, PUSH_DEADLINE_MS, parseReply, type Reply } from '../wire/answer.ts';
import { encodePush } from '../wire/push.ts';
import type { PushOutcome } from './input.ts';
import type { WrappingToken } from './wrapping-token.ts';

export interface Target {
  readonly ip: string;
  readonly port: number;
}

/** The way to an init container. Neither method throws. */
export interface Pusher {
  /**
   * Calls `onConnected` once, just before the body goes out; where the signal has aborted by the end
   * of that call, none of it does.
   */
  push(
    target: Target,
    token: WrappingToken,
    events: { readonly signal: AbortSignal; readonly onConnected: () => void },
  ): Promise<PushOutcome>;
  /** Only connects; why that failed, if it did. */
  probe(target: Target, signal: AbortSignal): Promise<string | undefined>;
}

/** What is pushed besides the token. */
export interface PushSettings {
  readonly vaultAddr: string;
  readonly vaultCas: string | undefined;
  readonly appRoleMount: string;
  readonly vaultNamespace: string | undefined;
}

/** TCP and TLS together. A node next door takes milliseconds; a dropped SYN is sent again after 1 s. */
const CONNECT_DEADLINE_MS = 3_000;

/** One for all: making one a connection would load the system's roots each time. */
const secureContext = createSecureContext();

/** Pushes over TLS to a peer that nothing authenticates: what it does with the token, Vault decides (S23, S24). */
export function httpsPusher(settings: () => PushSettings, clock: Clock): Pusher {
  return {
    push: (target, token, { signal, onConnected }) =>
      new Promise((resolve) => {
        const body = bodyOf(settings(), token);
        const connection = openConnection(target, clock, signal);
        const request = newRequest(target, body, connection.socket);
        const cancel = clock.callAt(clock.now() + PUSH_DEADLINE_MS, () =>
          request.destroy(new Error('no answer in time')),
        );
        let sent = false;
        const finish = (outcome: PushOutcome) => {
          cancel();
          connection.end();
          resolve(outcome);
        };
        const fail = (error: Error) =>
          finish({ kind: sent ? 'unanswered' : 'unsent', words: describe(error) });
        connection.socket.once('secureConnect', () => {
          onConnected();
          if (signal.aborted) return;
          sent = true;
          request.end(body);
        });
        request.on('error', fail);
        connection.socket.once('close', () => fail(new Error('connection closed')));
        request.once('response', (response) => {
          void readReply(response, token).then((reply) => finish({ kind: 'replied', reply }), fail);
        });
      }),
    probe: (target, signal) =>
      new Promise((resolve) => {
        const connection = openConnection(target, clock, signal);
        const finish = (failure?: string) => {
          connection.end();
          resolve(failure);
        };
        connection.socket.once('secureConnect', () => finish());
        connection.socket.once('error', (error) => finish(describe(error)));
        connection.socket.once('close', () => finish('connection closed'));
      }),
  };
}

function bodyOf(settings: PushSettings, token: WrappingToken): string {
  const { vaultAddr, vaultCas, appRoleMount, vaultNamespace } = settings;
  return encodePush({
    token: token.secret,
    creationTime: token.creationTime,
    ttl: token.ttlMs / 1_000,
    role: token.role,
    vaultAddr,
    appRoleMount,
    ...(vaultCas === undefined ? {} : { vaultCas }),
    ...(vaultNamespace === undefined ? {} : { vaultNamespace }),
  });
}

/** A TLS connection that must stand within its deadline, and ends with the signal. */
function openConnection({ ip, port }: Target, clock: Clock, signal: AbortSignal) {
  const socket = connect({ host: ip, port, rejectUnauthorized: false, secureContext });
  // Its users listen for errors too; this one is for those that come when nobody listens any more.
  socket.on('error', () => {});
  const cancel = clock.callAt(clock.now() + CONNECT_DEADLINE_MS, () =>
    socket.destroy(new Error('no connection in time')),
  );
  const abort = () => socket.destroy(new Error('broken off'));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  socket.once('secureConnect', cancel);
  const end = () => {
    cancel();
    signal.removeEventListener('abort', abort);
    socket.destroy();
  };
  return { socket, end };
}

function newRequest({ ip, port }: Target, body: string, socket: TLSSocket): ClientRequest {
  return httpRequest({
    method: 'POST',
    path: '/',
    headers: {
      host: hostPort(ip, port),
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    },
    maxHeaderSize: LARGEST_ANSWER_BYTES,
    createConnection: () => socket,
  });
}

async function readReply(response: IncomingMessage, { secret }: WrappingToken): Promise<Reply> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    chunks.push(chunk);
    if (length >= LARGEST_ANSWER_BYTES) break;
  }
  const text = Buffer.concat(chunks).subarray(0, LARGEST_ANSWER_BYTES).toString('utf8');
  const reply = parseReply(response.statusCode ?? 0, text);
  if (reply.kind === 'answered') return { ...reply, reason: sanitize(reply.reason, [secret]) };
  return reply.kind === 'foreign' ? { ...reply, text: sanitize(reply.text, [secret]) } : reply;
}

function describe(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return sanitize(error.message.includes(code) ? error.message : `${code} ${error.message}`);
}
