import type { KubeClient, KubeRequest } from '../../../src/kube/api/kube-client.ts';
import { RetryableKubeError, refusalError } from '../../../src/kube/api/kube-error.ts';
import type { SimRequest } from '../../../src/sim/exchange.ts';
import { jsonOfStream } from '../../support/kube/json-of-stream.ts';
import type { SimProcess } from '../sim-process.ts';
import type { SimLink } from './sim-link.ts';

type Arrival =
  | { readonly kind: 'head'; readonly status: number }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** A process's requests to the API server, over its machine's link. */
export function simKubeClient(
  process: SimProcess,
  link: SimLink,
  onRequest: (request: KubeRequest) => void,
): KubeClient {
  async function* stream(request: KubeRequest): AsyncGenerator<Buffer, void> {
    request.signal?.throwIfAborted();
    onRequest(request);
    const answer = openAnswer(process, link, request);
    try {
      const head = await answer.next();
      if (head.kind === 'head' && head.status >= 300) {
        throw refusalError(request.name, { code: head.status, status: await statusIn(answer) });
      }
      if (head.kind === 'head') request.onAccepted?.();
      for (let next = head; next.kind !== 'end'; next = await answer.next()) {
        if (next.kind === 'failed') throw next.error;
        if (next.kind === 'bytes') yield next.bytes;
      }
    } finally {
      answer.close();
    }
  }
  return {
    stream,
    json: (request) => jsonOfStream(stream(request)),
    close: () => {},
  };
}

interface Answer {
  next(): Promise<Arrival>;
  close(): void;
}

/** What has come of an answer waits here until it is asked for. */
function openAnswer(process: SimProcess, link: SimLink, request: KubeRequest): Answer {
  const { name, deadlineMs, signal } = request;
  const arrived: Arrival[] = [];
  let wake = () => {};
  const arrive = (arrival: Arrival) => {
    arrived.push(arrival);
    wake();
  };
  const fail = (error: unknown) => {
    arrived.length = 0;
    arrive({ kind: 'failed', error });
  };
  const unreachable = (words: string) => fail(new RetryableKubeError('unreachable', name, words));
  const hangUp = link.ask(simRequest(request), {
    head: (status) => process.receive(() => arrive({ kind: 'head', status })),
    bytes: (bytes) => process.receive(() => arrive({ kind: 'bytes', bytes })),
    end: () => process.receive(() => arrive({ kind: 'end' })),
    lost: () => process.receive(() => unreachable('ECONNRESET')),
  });
  const { clock } = process;
  const late = () => unreachable('no whole answer in time');
  const cancel = deadlineMs === undefined ? () => {} : clock.callAt(clock.now() + deadlineMs, late);
  const abort = () => fail(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  return {
    async next() {
      for (;;) {
        const arrival = arrived.shift();
        if (arrival !== undefined) return arrival;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close() {
      hangUp();
      cancel();
      signal?.removeEventListener('abort', abort);
    },
  };
}

async function statusIn(answer: Answer): Promise<unknown> {
  const parts: Buffer[] = [];
  for (;;) {
    const next = await answer.next();
    if (next.kind === 'failed') throw next.error;
    if (next.kind === 'bytes') parts.push(next.bytes);
    if (next.kind !== 'end') continue;
    const text = Buffer.concat(parts).toString();
    return text.startsWith('{') ? JSON.parse(text) : { message: text };
  }
}

function simRequest({ method = 'GET', path, query = {}, body }: KubeRequest): SimRequest {
  const parameters = new URLSearchParams(query).toString();
  return {
    method,
    url: parameters === '' ? path : `${path}?${parameters}`,
    headers: body === undefined ? {} : { 'content-type': body.contentType },
    body: body === undefined ? '' : JSON.stringify(body.value),
    peer: '10.0.0.1',
  };
}
