import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { KubeTls } from './credentials.ts';

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: KubeTls;
  readonly body: Buffer | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Ends with an error if the connection does before the body. */
  readonly body: AsyncIterable<Buffer>;
}

export interface HttpExchange {
  /** Resolves when the head of the answer has come; follows no redirect. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

/** A server that does not finish TCP and TLS handshakes by then is not there. */
const CONNECT_DEADLINE_MS = 10_000;
/** A peer that vanished is noticed 10 s after this, for Node then probes each second, 10 times. */
const PROBE_AFTER_IDLE_MS = 15_000;
/** Under the 90 s after which a kube-apiserver closes an idle connection, so that none is closed under a request. */
const IDLE_SOCKET_MS = 60_000;

/** HTTP/1.1 over one pool of keep-alive connections; new TLS settings make new connections. */
export function httpExchange(clock: Clock): HttpExchange {
  const options = { keepAlive: true, timeout: IDLE_SOCKET_MS, maxFreeSockets: 4 };
  const [plain, secure] = [new http.Agent(options), new https.Agent(options)];

  const start = ({ url, method, headers, tls, signal }: HttpRequest): ClientRequest => {
    const options = { method, headers, ...(signal && { signal }) };
    return url.protocol === 'https:'
      ? https.request(url, { ...options, ...tls, agent: secure })
      : http.request(url, { ...options, agent: plain });
  };
  // Where one connection failed, the idle ones may be dead too, and a request on them would hang.
  const dropIdle = () => {
    for (const agent of [plain, secure]) {
      for (const sockets of Object.values(agent.freeSockets)) {
        for (const socket of sockets ?? []) socket.destroy();
      }
    }
  };
  const send = (request: HttpRequest) =>
    new Promise<HttpAnswer>((resolve, reject) => {
      const outgoing = start(request);
      outgoing.on('response', (answer) => {
        answer.once('error', dropIdle);
        resolve(httpAnswer(answer));
      });
      outgoing.on('error', (error) => {
        dropIdle();
        reject(error);
      });
      outgoing.once('socket', (socket) => watchOver(outgoing, socket, clock));
      outgoing.end(request.body);
    });
  const close = () => {
    plain.destroy();
    secure.destroy();
  };
  return { send, close };
}

function httpAnswer(answer: IncomingMessage): HttpAnswer {
  return {
    status: answer.statusCode ?? 0,
    retryAfter: answer.headers['retry-after'],
    body: answer,
  };
}

/** Gives a new connection its deadline, and has the kernel probe it while it idles. */
function watchOver(outgoing: ClientRequest, socket: Socket, clock: Clock): void {
  if (!socket.connecting) return;
  socket.setKeepAlive(true, PROBE_AFTER_IDLE_MS);
  const cancel = clock.callAt(clock.now() + CONNECT_DEADLINE_MS, () => {
    outgoing.destroy(new Error(`no connection within ${CONNECT_DEADLINE_MS / 1_000} s`));
  });
  socket.once('encrypted' in socket ? 'secureConnect' : 'connect', cancel);
  socket.once('close', cancel);
}
