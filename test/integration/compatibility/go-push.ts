import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { hostPort } from '../../../src/base/ip.ts';

/** What a controller of the original pushes; `creationTime` as Vault said it, the CAs as PEM. */
export interface GoPush {
  readonly token: string;
  readonly creationTime: string;
  readonly ttl: number;
  readonly vaultAddr: string;
  readonly vaultCas?: string | undefined;
}

/**
 * The JSON that Go made of the original's struct: these names in this order, no zeros at the end of a
 * fraction of a second, bytes in base64 and no bytes as null, what HTML might take for markup escaped.
 */
export function goJson({ token, creationTime, ttl, vaultAddr, vaultCas }: GoPush): string {
  const fields = {
    token,
    creationTime: creationTime.replace(/\.\d+/, (fraction) => fraction.replace(/\.?0+$/, '')),
    ttl,
    vaultAddr,
    vaultCAs: vaultCas === undefined ? null : Buffer.from(vaultCas).toString('base64'),
  };
  return JSON.stringify(fields).replace(
    /[<>&]/g,
    (markup) => `\\u00${markup.charCodeAt(0).toString(16)}`,
  );
}

/** The head and the body of an answer. */
export interface GoAnswer {
  readonly head: string;
  readonly body: string;
}

/**
 * Pushes as Go's client did, by the bytes that it sends: HTTP/1.1 on a connection without ALPN and
 * without a server name, which it would use again; no certificate is verified.
 */
export async function pushAsGo(ip: string, port: number, push: GoPush): Promise<GoAnswer> {
  const body = goJson(push);
  const head = [
    'POST / HTTP/1.1',
    `Host: ${hostPort(ip, port)}`,
    'User-Agent: Go-http-client/1.1',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Content-Type: application/json',
    'Accept-Encoding: gzip',
  ];
  const socket = connect({ host: ip, port, rejectUnauthorized: false });
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  const answer = await text(socket);
  const end = answer.indexOf('\r\n\r\n');
  return { head: answer.slice(0, end), body: answer.slice(end + 4) };
}
