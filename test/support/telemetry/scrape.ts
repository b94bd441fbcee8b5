import { request as httpRequest } from 'node:http';
import { type Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';

/** How a scraper speaks https. */
export interface Scraper {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the server's certificate must be of; by default the address. */
  readonly servername?: string;
  readonly agent?: Agent;
}

export interface Scraped {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Serial number of the certificate that the server showed. */
  readonly serialNumber: string | undefined;
  /** Whether an earlier TLS session was resumed, or its connection used again. */
  readonly resumed: 'no' | 'session' | 'connection';
}

/**
 * One request on a connection of its own, unless an agent is given.
 * @throws what Node throws where there is no answer
 */
export async function scrape(
  url: string,
  scraper: Scraper = {},
  options: RequestOptions = {},
): Promise<Scraped> {
  const { promise, resolve, reject } = Promise.withResolvers<Scraped>();
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const request = send(url, { agent: false, ...scraper, ...options }, (response) => {
    const socket = response.socket as Partial<TLSSocket>;
    const serialNumber = socket.getPeerX509Certificate?.()?.serialNumber;
    const session = socket.isSessionReused?.() === true ? 'session' : 'no';
    const resumed = request.reusedSocket ? 'connection' : session;
    const { statusCode: status = 0, headers } = response;
    text(response).then(
      (body) => resolve({ status, headers, text: body, serialNumber, resumed }),
      reject,
    );
  });
  request.on('error', reject);
  request.end();
  return await promise;
}
