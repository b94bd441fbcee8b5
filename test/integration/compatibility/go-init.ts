import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { logIn, unwrap } from '../../support/installation/exchange.ts';
import type { Image, Place } from '../../support/installation/image.ts';
import type { OpenBao } from '../../support/real/openbao.ts';
import { goCertificate } from './go-certificate.ts';

/** What Go's decoder makes of a push; fields that it does not know are nothing to it. */
export interface Decoded {
  readonly token: string;
  readonly creationTime: string;
  readonly ttl: number;
  readonly vaultAddr: string;
  readonly vaultCAs: string | null;
}

/** An init container that behaves as the original's. */
export interface GoInit {
  readonly image: Image;
  /** The pushes that it has read; it acts on the first alone. */
  readonly pushes: readonly Decoded[];
}

export interface GoInitOptions {
  readonly vault: Pick<OpenBao, 'request'>;
  /** What it waits for after its answer, before it exchanges the token. */
  readonly held?: Promise<void>;
}

const ANSWER =
  'HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 21:00:00 GMT\r\nContent-Length: 0\r\n\r\n';

/**
 * Answers the first push at once with 200 and nothing, then exchanges it, writes its file, and exits:
 * with 1 where that fails. Who pushes meanwhile gets no answer before the connection ends.
 */
export function goInit(options: GoInitOptions): GoInit {
  const pushes: Decoded[] = [];
  return { image: (place) => ({ ended: serve(place, options, pushes) }), pushes };
}

async function serve(place: Place, options: GoInitOptions, pushes: Decoded[]): Promise<number> {
  const { promise: taken, resolve: take, reject } = Promise.withResolvers<Decoded>();
  const open = new Set<Socket>();
  const server = createServer(await goCertificate(place.ip), (socket) => {
    socket.on('error', () => {});
    readPush(socket).then((push) => {
      if (pushes.push(push) > 1) return;
      socket.write(ANSWER);
      take(push);
    }, reject);
  });
  // As the end of a process closes those, too, whose handshake is under way.
  server.on('connection', (socket: Socket) => open.add(socket));
  server.on('tlsClientError', () => {});
  server.listen(place.port, place.ip).unref();
  try {
    const push = await taken;
    await options.held;
    await exchange(options.vault, push, place.environment);
    return 0;
  } catch {
    return 1;
  } finally {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

async function readPush(socket: TLSSocket): Promise<Decoded> {
  const { promise, resolve, reject } = Promise.withResolvers<Decoded>();
  let read = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    read += part;
    const [head = '', body = ''] = read.split('\r\n\r\n', 2);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined || Buffer.byteLength(body) < Number(length)) return;
    try {
      resolve(decode(head, body));
    } catch (error) {
      reject(error);
    }
  });
  return await promise;
}

/** @throws Error where Go's decoder, or the rules of the original, have refused the push */
function decode(head: string, body: string): Decoded {
  const push = JSON.parse(body) as Decoded;
  const { token, creationTime, ttl, vaultAddr, vaultCAs } = push;
  const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
  const cas = vaultCAs === null || Buffer.from(vaultCAs, 'base64').toString('base64') === vaultCAs;
  const isGood =
    head.startsWith('POST / HTTP/1.1\r\n') &&
    [token, vaultAddr].every((text) => typeof text === 'string' && text !== '') &&
    rfc3339.test(creationTime) &&
    Number.isInteger(ttl) &&
    Date.parse(creationTime) + ttl * 1_000 > Date.now();
  if (isGood && cas) return push;
  throw new Error(`the original cannot use this push: ${head}`);
}

async function exchange(
  vault: GoInitOptions['vault'],
  { token, vaultAddr }: Decoded,
  { VAULT_ROLE_ID: roleId = '', CREDENTIALS_PATH: folder = '' }: Place['environment'],
): Promise<void> {
  const clientToken = await logIn(vault, roleId, await unwrap(vault, token));
  const file = { clientToken, accessor: '', leaseDuration: 0, renewable: true, vaultAddr };
  writeFileSync(join(folder, 'vault-token'), JSON.stringify(file), { mode: 0o444 });
}
