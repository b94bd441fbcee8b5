import { request } from 'node:https';
import { text } from 'node:stream/consumers';

/** Posts JSON to an init container, whose certificate nobody could verify; its answer. */
export function post(
  host: string,
  port: number,
  body: object | string,
): Promise<{ readonly status: number; readonly body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const headers = { 'content-type': 'application/json' };
  const options = { host, port, method: 'POST', headers, rejectUnauthorized: false, agent: false };
  const outgoing = request(options, (answer) => {
    const status = answer.statusCode ?? 0;
    text(answer).then((words) => resolve({ status, body: words }), reject);
  });
  outgoing.on('error', reject).end(typeof body === 'string' ? body : JSON.stringify(body));
  return promise;
}
