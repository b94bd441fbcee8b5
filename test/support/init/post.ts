import { request } from 'node:https';

export interface HttpReply {
  readonly status: number;
  readonly body: string;
}

export interface Post {
  readonly host: string;
  readonly port: number;
  readonly body?: string;
  readonly path?: string;
  readonly method?: string;
}

/** One request to an init container, whose certificate nobody can verify. */
export function post({
  host,
  port,
  body = '',
  path = '/',
  method = 'POST',
}: Post): Promise<HttpReply> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpReply>();
  const headers = { 'content-type': 'application/json' };
  const outgoing = request(
    { host, port, path, method, headers, rejectUnauthorized: false },
    (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    },
  );
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}
