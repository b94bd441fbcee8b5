import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { type FailedConnection, failedConnection, LateError } from './connection-problem.ts';
import { type SeenCertificate, seenCertificate } from './seen-certificate.ts';

/** How far one came with a TLS server. */
export type TlsProbe =
  | ({ readonly kind: 'no-connection' } & FailedConnection)
  /** Somebody took the TCP connection, and no TLS connection came of it. */
  | ({ readonly kind: 'no-tls' } & FailedConnection)
  | { readonly kind: 'connected'; readonly certificate: SeenCertificate };

/** As long as the controller waits for it. */
const DEADLINE_MS = 3_000;

/** Connects, says nothing, and hangs up. */
export async function tlsProbe(
  target: { readonly ip: string; readonly port: number },
  clock: Clock,
): Promise<TlsProbe> {
  const tcp = await openTcp(target, clock);
  if (!('socket' in tcp)) return { kind: 'no-connection', ...tcp };
  try {
    return await shakeHands(tcp.socket, clock);
  } finally {
    tcp.socket.destroy();
  }
}

async function openTcp(
  { ip: host, port }: { readonly ip: string; readonly port: number },
  clock: Clock,
): Promise<{ readonly socket: Socket } | FailedConnection> {
  const socket = connectTcp({ host, port });
  const failure = await firstOf(socket, 'connect', clock);
  if (failure === undefined) return { socket };
  socket.destroy();
  return failedConnection(failure);
}

async function shakeHands(socket: Socket, clock: Clock): Promise<TlsProbe> {
  const secure = connectTls({ socket, rejectUnauthorized: false });
  const failure = await firstOf(secure, 'secureConnect', clock);
  if (failure !== undefined) return { kind: 'no-tls', ...failedConnection(failure) };
  const certificate = seenCertificate(secure);
  if (certificate !== undefined) return { kind: 'connected', certificate };
  return { kind: 'no-tls', problem: 'other', words: 'it shows no certificate' };
}

/** Resolves with what came before the event: an error, or nothing. */
function firstOf(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  clock: Clock,
): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const cancel = clock.callAt(clock.now() + DEADLINE_MS, () =>
      resolve(new LateError(DEADLINE_MS)),
    );
    const end = (error?: Error) => {
      cancel();
      resolve(error);
    };
    socket.once(event, () => end());
    socket.on('error', end);
    socket.once('close', () => end(Object.assign(new Error('it hung up'), { code: 'ECONNRESET' })));
  });
}
