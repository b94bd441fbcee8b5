/**
 * Plays all init containers at once: takes pushes on every address of this machine, answers 200 with
 * an empty body as the original's does, and tells its parent who was pushed to, by whom and when.
 */
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { selfSignedCertificate } from '../../src/init/self-signed-certificate.ts';
import { parsePush } from '../../src/wire/push.ts';
import { monotonicMs } from './monotonic.ts';

/** What the receiver tells its parent. */
export type ReceiverMessage =
  | { readonly kind: 'listening' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'pushes'; readonly pushes: readonly PushReceived[] };

export interface PushReceived {
  /** The address that was pushed to. */
  readonly ip: string;
  /** The address that the push came from. */
  readonly by: string;
  /** When the whole body had been read, on the machine's monotonic clock. */
  readonly at: number;
  /** What is wrong with the push, if something is. */
  readonly fault?: string;
}

const TELL_EVERY_MS = 10;

function main(port: number, network: string): void {
  const pending: PushReceived[] = [];
  const tell = (message: ReceiverMessage) => process.send?.(message);
  const flush = () => {
    tell({ kind: 'pushes', pushes: pending.splice(0) });
  };
  const received = (push: PushReceived) => {
    if (pending.push(push) === 1) setTimeout(flush, TELL_EVERY_MS);
  };
  const server = createServer(certificate(), (request, response) => {
    const { localAddress: ip = '', remoteAddress: by = '' } = request.socket;
    const take = (body: string) => {
      const at = monotonicMs();
      response.writeHead(200, { connection: 'close' }).end();
      received({ ip, by, at, ...faultIn(body) });
    };
    text(request).then(take, () => request.destroy());
  });
  server.on('connection', (socket: Socket) => {
    if (socket.remoteAddress?.startsWith(network) !== true) socket.destroy();
  });
  server.on('error', (error) => tell({ kind: 'failed', reason: error.message }));
  server.listen({ port, host: '0.0.0.0', backlog: 4_096 }, () => tell({ kind: 'listening' }));
  process.on('disconnect', () => process.exit());
}

/** One for all addresses: nobody verifies it. */
function certificate() {
  const subject = { addresses: ['127.0.0.1'], now: Date.now(), validForMs: 24 * 3_600_000 };
  const { key, certificate: cert } = selfSignedCertificate(subject);
  return { key, cert };
}

function faultIn(body: string): { fault?: string } {
  try {
    parsePush(body);
    return {};
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

main(Number(process.argv[2]), process.argv[3] ?? '');
