import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

/** A server under test, and what every request to it carries. */
export interface Endpoint {
  /** Without a slash at its end. */
  readonly url: string;
  /** PEM of the CA of a https server. */
  readonly ca?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** The body, where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: assertions walk through answers of every shape.
  readonly json: any;
}

export type Headers = Readonly<Record<string, string | undefined>>;

/** One request; every status is an answer. A body that is not a string is sent as JSON. */
export async function call(
  endpoint: Endpoint,
  method: string,
  path: string,
  body?: unknown,
  headers: Headers = {},
): Promise<Answer> {
  const response = await open(endpoint, method, path, body, headers);
  const all = await text(response);
  const type = response.headers['content-type'] ?? '';
  const isJson = type.includes('json') && all.trim() !== '';
  return {
    status: response.statusCode ?? 0,
    type,
    text: all,
    json: isJson ? JSON.parse(all) : undefined,
  };
}

/** A watch: its events as they come. */
export interface Stream {
  readonly status: number;
  /** The next event; undefined when the server has ended the watch in good order; throws when it breaks off. */
  // biome-ignore lint/suspicious/noExplicitAny: assertions walk through events of every shape.
  next(): Promise<any>;
  /** All further events up to the end. */
  // biome-ignore lint/suspicious/noExplicitAny: assertions walk through events of every shape.
  rest(): Promise<any[]>;
  close(): void;
}

export async function watch(endpoint: Endpoint, path: string): Promise<Stream> {
  const response = await open(endpoint, 'GET', path, undefined, {});
  const lines = linesOf(response);
  const next = async () => {
    const { value, done } = await lines.next();
    return done ? undefined : JSON.parse(value);
  };
  return {
    status: response.statusCode ?? 0,
    next,
    async rest() {
      const events = [];
      for (let event = await next(); event; event = await next()) events.push(event);
      return events;
    },
    close: () => response.destroy(),
  };
}

/** @throws when the stream breaks off */
async function* linesOf(response: IncomingMessage): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  return undefined;
}

function open(
  endpoint: Endpoint,
  method: string,
  path: string,
  body: unknown,
  headers: Headers,
): Promise<IncomingMessage> {
  const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type =
    payload === undefined
      ? {}
      : {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(payload)),
        };
  const given = Object.entries({ ...type, ...endpoint.headers, ...headers });
  const sent = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  const send = endpoint.url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers: sent,
      agent: false,
      ...(endpoint.ca ? { ca: endpoint.ca } : {}),
    };
    const request = send(endpoint.url + path, options, resolve);
    request.once('error', reject);
    request.end(payload);
  });
}
