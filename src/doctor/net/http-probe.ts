import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { type FailedConnection, failedConnection, LateError } from './connection-problem.ts';
import { type SeenCertificate, seenCertificate } from './seen-certificate.ts';

/** What came of one GET that says nothing about who asks. */
export type HttpProbe =
  | ({ readonly kind: 'failed' } & FailedConnection)
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** The head of it. */
      readonly body: string;
      /** Of https. */
      readonly certificate: SeenCertificate | undefined;
      /** The server's clock less ours, in milliseconds, as exact as its header: a second. */
      readonly skewMs: number | undefined;
    };

/** What a server is verified by. */
export type ProbeTls = Pick<RequestOptions, 'ca' | 'servername'> & {
  readonly secureContext?: SecureContext;
};

const DEADLINE_MS = 10_000;
const LARGEST_BODY = 64 * 1024;

/**
 * Asks a server for something that everybody may know. Its certificate is looked at, and not
 * insisted on: what is wrong with it can be told, and no secret is sent.
 */
export async function httpProbe(url: URL, tls: ProbeTls, clock: Clock): Promise<HttpProbe> {
  const askedAt = clock.wallClock();
  try {
    const { response, certificate } = await open(url, tls, clock);
    const body = await head(response);
    const skewMs = skewOf(response.headers.date, (askedAt + clock.wallClock()) / 2);
    return { kind: 'answered', status: response.statusCode ?? 0, body, certificate, skewMs };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: 'failed', ...failedConnection(error) };
  }
}

interface Opened {
  readonly response: IncomingMessage;
  readonly certificate: SeenCertificate | undefined;
}

function open(url: URL, tls: ProbeTls, clock: Clock): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, headers: { accept: 'application/json' } };
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, ...tls, rejectUnauthorized: false })
        : httpRequest(url, options);
    const cancel = clock.callAt(clock.now() + DEADLINE_MS, () =>
      request.destroy(new LateError(DEADLINE_MS)),
    );
    let certificate: SeenCertificate | undefined;
    request.once('socket', (socket) => {
      socket.once('secureConnect', () => {
        certificate = seenCertificate(socket as TLSSocket);
      });
    });
    request.once('response', (response) => resolve({ response, certificate }));
    request.on('error', reject);
    request.once('close', cancel);
    request.end();
  });
}

async function head(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= LARGEST_BODY) break;
  }
  return Buffer.concat(chunks).subarray(0, LARGEST_BODY).toString('utf8');
}

/** The header has whole seconds, rounded down: half a second more is right on average. */
function skewOf(header: string | undefined, ours: number): number | undefined {
  const theirs = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(theirs) ? undefined : theirs + 500 - ours;
}
