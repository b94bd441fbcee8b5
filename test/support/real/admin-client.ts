import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

const timeoutMs = 30_000;

/** A request that was not answered with 2xx. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  readonly status: number;
  /** The answer's body as it came. */
  readonly answer: string;

  constructor(what: string, status: number, answer: string) {
    super(`${what} answered ${status}: ${answer.trim().slice(0, 500)}`);
    this.status = status;
    this.answer = answer;
  }
}

/** A small HTTP client for what a test does to a server as its administrator. */
export class AdminClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent: HttpAgent;

  /** @param ca PEM of the CA that verifies a `https:` server. */
  constructor(base: string, headers: Readonly<Record<string, string>>, ca?: string) {
    const options = { keepAlive: true, maxSockets: 32 };
    this.#base = base;
    this.#headers = headers;
    this.#agent = ca ? new HttpsAgent({ ...options, ca }) : new HttpAgent(options);
  }

  /**
   * Sends `body` as JSON and returns the answer: parsed if it is JSON, else its text, undefined if
   * it is empty.
   * @throws RequestFailed if the answer is not 2xx.
   */
  async request<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const type = payload === undefined ? {} : typeAndLength(payload);
    const all = { ...type, ...this.#headers, ...headers };
    const response = await this.#send(method, path, all, payload);
    const answer = await text(response);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw new RequestFailed(`${method} ${path}`, status, answer);
    const isJson = response.headers['content-type']?.includes('json');
    return (answer === '' ? undefined : isJson ? JSON.parse(answer) : answer) as T;
  }

  #send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    payload: string | undefined,
  ): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const send = this.#base.startsWith('https:') ? httpsRequest : httpRequest;
    const signal = AbortSignal.timeout(timeoutMs);
    const request = send(this.#base + path, { method, headers, agent: this.#agent, signal });
    request.once('response', resolve);
    request.once('error', (error) => {
      // The server restarted and took the kept connection with it: nothing of this was handled.
      if (request.reusedSocket && 'code' in error && error.code === 'ECONNRESET') {
        resolve(this.#send(method, path, headers, payload));
      } else reject(error);
    });
    request.end(payload);
    return promise;
  }
}

/** Node itself sends the body of a DELETE without its length, which spoils the connection. */
function typeAndLength(payload: string) {
  const length = String(Buffer.byteLength(payload));
  return { 'content-type': 'application/json', 'content-length': length };
}
