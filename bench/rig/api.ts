import { Agent, request } from 'node:https';

/** Where an API server is, and as whom to speak to it. */
export interface ApiAccess {
  readonly url: string;
  /** PEM certificates that verify it. */
  readonly ca: string;
  readonly token: string;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An API server's few calls that the rig makes thousands of times: nothing is parsed, connections are kept. */
export interface Api extends Disposable {
  /**
   * Resolves when the server has answered with 2xx. `onSend` is called just before the request is
   * handed to its connection.
   * @throws Error with the server's words for any other answer
   */
  send(method: Method, path: string, body?: string, onSend?: () => void): Promise<void>;
}

const CONTENT_TYPE: Readonly<Partial<Record<Method, string>>> = {
  POST: 'application/json',
  PUT: 'application/json',
  PATCH: 'application/merge-patch+json',
};
/** How long a connection may say nothing. */
const SILENCE_MS = 30_000;

export function createApi(access: ApiAccess, connections: number): Api {
  const { hostname, port } = new URL(access.url);
  const agent = new Agent({ keepAlive: true, maxSockets: connections, ca: access.ca });
  const headers = { authorization: `Bearer ${access.token}`, accept: 'application/json' };
  return {
    send: (method, path, body, onSend) =>
      new Promise((resolve, reject) => {
        const type = body === undefined ? {} : { 'content-type': CONTENT_TYPE[method] };
        const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
        const options = { hostname, port, path, method, agent, timeout: SILENCE_MS };
        const outgoing = request({ ...options, headers: { ...headers, ...type, ...length } });
        const fail = (why: string) => reject(new Error(`${method} ${path}: ${why}`));
        outgoing.on('error', reject).on('timeout', () => outgoing.destroy(new Error('no answer')));
        outgoing.on('response', (answer) => {
          const status = answer.statusCode ?? 0;
          const refused = status < 200 || status >= 300;
          let words = '';
          answer.setEncoding('utf8').on('data', (text: string) => {
            if (refused) words += text;
          });
          answer.on('error', reject);
          answer.on('end', () => (refused ? fail(`${status} ${words.slice(0, 300)}`) : resolve()));
        });
        onSend?.();
        outgoing.end(body);
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}
