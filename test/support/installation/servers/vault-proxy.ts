import { systemClock } from '../../../../src/base/clock.ts';
import { systemRandom } from '../../../../src/base/random.ts';
import type { Handler, Responder, SimRequest } from '../../../../src/sim/exchange.ts';
import { type FaultPlan, faultPlan, withFaults } from '../../../../src/sim/faults.ts';
import { type SimServer, serveHttp } from '../../../../src/sim/http-server.ts';
import { forwardTo } from '../../servers/forward.ts';

/** A request that went to Vault, and what came back. */
export interface VaultCall extends Pick<SimRequest, 'method' | 'url' | 'headers' | 'body'> {
  /** When it came: milliseconds on the monotonic clock. */
  readonly at: number;
  answer: string;
}

/** A proxy in front of a real Vault, that sees what passes, and can do it harm. */
export interface VaultProxy extends AsyncDisposable {
  readonly url: string;
  readonly faults: FaultPlan;
  readonly http: Pick<SimServer, 'stop' | 'start'>;
  readonly calls: readonly VaultCall[];
  /** Requests to this path of Vault's, such as `auth/approle/login`. */
  callsTo(path: string | RegExp): VaultCall[];
  /** Answers all that `answer` has an answer to, in Vault's place; undefined ends that. */
  insteadOf(answer: Substitute | undefined): void;
}

/** An answer in Vault's place: status and body, or undefined for Vault's own. */
export type Substitute = (call: VaultCall) => { status: number; body: string } | undefined;

export async function startVaultProxy(vaultUrl: string, ca?: string): Promise<VaultProxy> {
  const forwarder = forwardTo(vaultUrl, ca);
  const faults = faultPlan(systemRandom);
  const calls: VaultCall[] = [];
  let substitute: Substitute | undefined;
  const faulty = withFaults(forwarder.handler, faults, systemClock);
  const serve: Handler = (request, responder) => {
    const { method, url, headers, body } = request;
    const call: VaultCall = { method, url, headers, body, at: systemClock.now(), answer: '' };
    calls.push(call);
    const own = substitute?.(call);
    const heard = listening(responder, (bytes) => {
      call.answer += bytes.toString('utf8');
    });
    if (own === undefined) return faulty(request, heard);
    heard.start(own.status, { 'content-type': 'application/json' });
    heard.write(Buffer.from(own.body));
    heard.end();
  };
  const server = await serveHttp(serve);
  return {
    url: server.url,
    faults,
    http: server,
    calls,
    callsTo: (path) => calls.filter(({ url }) => isAt(url, path)),
    insteadOf(answer) {
      substitute = answer;
    },
    async [Symbol.asyncDispose]() {
      forwarder[Symbol.dispose]();
      await server.stop();
    },
  };
}

function isAt(url: string, path: string | RegExp): boolean {
  const own = url.replace(/^\/v1\//, '');
  return typeof path === 'string' ? own === path : path.test(own);
}

function listening(responder: Responder, hear: (bytes: Buffer) => void): Responder {
  return {
    start: (status, headers) => responder.start(status, headers),
    write(bytes) {
      hear(bytes);
      responder.write(bytes);
    },
    end: () => responder.end(),
    reset: () => responder.reset(),
    onGone: (gone) => responder.onGone(gone),
  };
}
