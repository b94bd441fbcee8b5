import type { KubeClient, KubeRequest } from '../../../src/kube/api/kube-client.ts';
import type { KubeError } from '../../../src/kube/api/kube-error.ts';
import { jsonOfStream } from './json-of-stream.ts';

/** A request that has been made, and waits for what a test has the API server say. */
export interface Asked {
  readonly request: KubeRequest;
  /** The server takes a watch, and has nothing to tell yet; `say` and `end` do so first. */
  accept(): Promise<void>;
  /** The whole answer: a JSON value. */
  answer(value: unknown): Promise<void>;
  /** Events of a watch, all in one piece. */
  say(...events: readonly object[]): Promise<void>;
  /** A watch ends in good order. */
  end(): Promise<void>;
  fail(error: KubeError): Promise<void>;
}

export interface ScriptedClient extends KubeClient {
  /** All requests so far. */
  readonly asked: readonly Asked[];
  /** The latest request. */
  readonly last: Asked;
}

type Arrival = { readonly bytes: Buffer } | { readonly error: unknown } | 'end';

/** A client whose every answer the test gives, when it likes; a request that is aborted fails at once. */
export function scriptedClient(): ScriptedClient {
  const asked: Asked[] = [];
  async function* stream(request: KubeRequest): AsyncGenerator<Buffer, void> {
    const arrivals = mailbox();
    request.signal?.throwIfAborted();
    const abort = () => void arrivals.put({ error: request.signal?.reason });
    request.signal?.addEventListener('abort', abort, { once: true });
    let isAccepted = false;
    const accept = () => {
      if (!isAccepted) request.onAccepted?.();
      isAccepted = true;
    };
    asked.push({
      request,
      accept() {
        accept();
        return settled();
      },
      async answer(value) {
        await arrivals.put({ bytes: Buffer.from(JSON.stringify(value)) });
        await arrivals.put('end');
      },
      say(...events) {
        accept();
        return arrivals.put({ bytes: Buffer.from(events.map(line).join('')) });
      },
      end() {
        accept();
        return arrivals.put('end');
      },
      fail: (error) => arrivals.put({ error }),
    });
    for (let next = await arrivals.take(); next !== 'end'; next = await arrivals.take()) {
      if ('error' in next) throw next.error;
      yield next.bytes;
    }
  }
  return {
    stream,
    json: (request) => jsonOfStream(stream(request)),
    close: () => {},
    asked,
    get last() {
      const last = asked.at(-1);
      if (last === undefined) throw new Error('nothing has been asked');
      return last;
    },
  };
}

function line(event: object): string {
  return `${JSON.stringify(event)}\n`;
}

function mailbox() {
  const waiting: Arrival[] = [];
  let wake = () => {};
  return {
    /** Resolves when all that follows without time has happened. */
    put(arrival: Arrival): Promise<void> {
      waiting.push(arrival);
      wake();
      return settled();
    },
    async take(): Promise<Arrival> {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) return next;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** When all that follows without time has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A list, at this version, of these objects. */
export function listOf(version: string, ...items: readonly object[]) {
  return { kind: 'List', metadata: { resourceVersion: version }, items };
}

export function bookmark(version: string) {
  return { type: 'BOOKMARK', object: { metadata: { resourceVersion: version } } };
}
