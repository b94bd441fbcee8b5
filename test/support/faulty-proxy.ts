import { Agent, request as httpsRequest } from 'node:https';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { Handler, Responder, SimRequest } from '../../src/sim/exchange.ts';
import { type FaultPlan, faultPlan, withFaults } from '../../src/sim/faults.ts';
import { serveHttp } from '../../src/sim/http-server.ts';

/** A proxy in front of a real API server: plain HTTP on this side, with faults in between. */
export interface FaultyProxy extends AsyncDisposable {
  readonly url: string;
  /** What happens to requests. */
  readonly faults: FaultPlan;
  /** Path and query of each request, in their order. */
  readonly requests: readonly string[];
  /** Breaks all connections. */
  cutConnections(): void;
  /** Has the running watches say something as if the server did, and then ends them. */
  endWatches(lastLine?: object): void;
}

export async function faultyProxy(target: { url: string; ca: string }): Promise<FaultyProxy> {
  const agent = new Agent({ keepAlive: true, ca: target.ca });
  const faults = faultPlan(systemRandom);
  const requests: string[] = [];
  const watches = new Set<Responder>();
  const faulty = withFaults(forwardTo(target.url, agent), faults, systemClock);
  const server = await serveHttp((request, responder) => {
    requests.push(request.url);
    if (isWatch(request.url)) {
      watches.add(responder);
      responder.onGone(() => watches.delete(responder));
    }
    faulty(request, responder);
  });
  return {
    url: server.url,
    faults,
    requests,
    cutConnections: () => server.cutConnections(),
    endWatches(lastLine) {
      for (const watch of watches) {
        if (lastLine !== undefined) watch.write(Buffer.from(`${JSON.stringify(lastLine)}\n`));
        watch.end();
      }
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await server.stop();
    },
  };
}

export function isWatch(url: string): boolean {
  return new URL(url, 'http://proxy').searchParams.get('watch') === 'true';
}

function forwardTo(target: string, agent: Agent): Handler {
  return (request, responder) => {
    const options = { agent, method: request.method, headers: forwarded(request) };
    const outgoing = httpsRequest(target + request.url, options, (answer) => {
      const type = answer.headers['content-type'] ?? 'application/json';
      responder.start(answer.statusCode ?? 502, { 'content-type': type });
      answer.on('data', (bytes: Buffer) => responder.write(bytes));
      answer.on('end', () => responder.end());
      answer.on('error', () => responder.reset());
    });
    outgoing.on('error', () => responder.reset());
    responder.onGone(() => outgoing.destroy());
    outgoing.end(request.body);
  };
}

function forwarded({ headers }: SimRequest): Record<string, string> {
  const names = ['authorization', 'accept', 'content-type', 'user-agent'];
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
}
