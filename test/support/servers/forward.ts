import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Handler } from '../../../src/sim/exchange.ts';

/** A handler that is a whole other server, and what ends its connections there. */
export interface Forwarder extends Disposable {
  readonly handler: Handler;
}

/** Of one connection only, or made anew by whoever writes the next message. */
const HOP_BY_HOP = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
]);

/** Serves by asking the server at `url`, which PEM certificates in `ca` verify if it speaks https. */
export function forwardTo(url: string, ca?: string): Forwarder {
  const secure = url.startsWith('https:');
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) })
    : new HttpAgent({ keepAlive: true });
  const send = secure ? httpsRequest : httpRequest;
  return {
    handler(request, responder) {
      const { method, body } = request;
      const headers = { ...endToEnd(request.headers), 'content-length': Buffer.byteLength(body) };
      const outgoing = send(url + request.url, { agent, method, headers });
      outgoing.once('response', (answer: IncomingMessage) => {
        responder.start(answer.statusCode ?? 502, endToEnd(answer.headers));
        answer.on('data', (bytes: Buffer) => responder.write(bytes));
        answer.once('end', () => responder.end());
        answer.once('error', () => responder.reset());
      });
      outgoing.on('error', () => responder.reset());
      responder.onGone(() => outgoing.destroy());
      outgoing.end(body);
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function endToEnd(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !HOP_BY_HOP.has(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
