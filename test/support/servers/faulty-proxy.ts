import { systemClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import type { Responder } from '../../../src/sim/exchange.ts';
import { type FaultPlan, faultPlan, withFaults } from '../../../src/sim/faults.ts';
import { type HttpOptions, type SimServer, serveHttp } from '../../../src/sim/http-server.ts';
import { forwardTo } from './forward.ts';

/** A proxy in front of a real API server, with faults in between. */
export interface FaultyProxy
  extends AsyncDisposable,
    Pick<SimServer, 'url' | 'port' | 'stop' | 'start' | 'cutConnections'> {
  /** What happens to requests. */
  readonly faults: FaultPlan;
  /** Path and query of each request, in their order. */
  readonly requests: readonly string[];
  /** Has the running watches say something as if the server did, and then ends them. */
  endWatches(lastLine?: object): void;
}

/** Starts a proxy before the server at `url`; it speaks https itself only with a certificate in `options`. */
export async function faultyProxy(
  { url, ca }: { readonly url: string; readonly ca: string },
  options: HttpOptions = {},
): Promise<FaultyProxy> {
  const forwarder = forwardTo(url, ca);
  const faults = faultPlan(systemRandom);
  const requests: string[] = [];
  const watches = new Set<Responder>();
  const faulty = withFaults(forwarder.handler, faults, systemClock);
  const server = await serveHttp((request, responder) => {
    requests.push(request.url);
    if (!isWatch(request.url)) return faulty(request, responder);
    const watch = silentAfterEnd(responder);
    watches.add(watch);
    watch.onGone(() => watches.delete(watch));
    faulty(request, watch);
  }, options);
  return {
    ...server,
    faults,
    requests,
    endWatches(lastLine) {
      for (const watch of watches) {
        if (lastLine !== undefined) watch.write(Buffer.from(`${JSON.stringify(lastLine)}\n`));
        watch.end();
      }
    },
    async [Symbol.asyncDispose]() {
      forwarder[Symbol.dispose]();
      await server.stop();
    },
  };
}

export function isWatch(url: string): boolean {
  return new URL(url, 'http://proxy').searchParams.get('watch') === 'true';
}

/** Once its end has been said, nothing of what the server goes on to tell gets through. */
function silentAfterEnd(responder: Responder): Responder {
  let ended = false;
  return {
    ...responder,
    write: (bytes) => ended || responder.write(bytes),
    end() {
      if (!ended) responder.end();
      ended = true;
    },
  };
}
