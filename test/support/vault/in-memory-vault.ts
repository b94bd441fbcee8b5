import type { Clock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { Handler, SimRequest } from '../../../src/sim/exchange.ts';
import { type FaultPlan, faultPlan, withFaults } from '../../../src/sim/faults.ts';
import { ask } from '../../../src/sim/in-memory.ts';
import type { Fields } from '../../../src/sim/vault-server/call.ts';
import { vaultHandler } from '../../../src/sim/vault-server/handler.ts';
import { createVaultServer, type VaultServer } from '../../../src/sim/vault-server/vault-server.ts';
import { checkAnswer } from '../../../src/vault/client/check-answer.ts';
import type {
  CallOptions,
  VaultClient,
  VaultRequest,
} from '../../../src/vault/client/vault-client.ts';
import { RetryableVaultError } from '../../../src/vault/client/vault-error.ts';
import { seededRandom } from '../seeded-random.ts';

const ORIGIN = 'https://vault.test:8200';
const ROOT = 'root-of-the-test';
const DEADLINE_MS = 10_000;

/** The embedded Vault without a network: on virtual time, its answers come when the clock says. */
export interface InMemoryVault {
  readonly client: VaultClient;
  readonly faults: FaultPlan;
  readonly server: VaultServer;
  /** What was asked through `client`, and when. */
  readonly requests: readonly { readonly at: number; readonly path: string }[];
  /** A request with the root token, past the faults; the answer's body. */
  asRoot(method: 'GET' | 'POST', path: string, body?: object): Fields;
}

export function inMemoryVault(clock: Clock): InMemoryVault {
  const random = seededRandom(1);
  const server = createVaultServer(clock, random, ROOT);
  const faults = faultPlan(random);
  const handler = withFaults(vaultHandler(server), faults, clock);
  const requests: { at: number; path: string }[] = [];
  const client: VaultClient = {
    send(request, options) {
      requests.push({ at: clock.now(), path: request.path });
      return send(handler, clock, request, options);
    },
    close: () => {},
  };
  return {
    client,
    faults,
    server,
    requests,
    asRoot(method, path, body = {}) {
      const reply = server.call({ method, path, token: ROOT, body: { ...body } });
      if (reply.status > 299) throw new Error(`${method} ${path}: ${JSON.stringify(reply)}`);
      return typeof reply.body === 'object' ? reply.body : {};
    },
  };
}

function send(
  handler: Handler,
  clock: Clock,
  { name, method, path, body, token }: VaultRequest,
  { deadlineMs = DEADLINE_MS, signal }: CallOptions = {},
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const unreachable = (words: string) =>
    reject(new RetryableVaultError('unreachable', name, words, { maybeDone: true }));
  const chunks: Buffer[] = [];
  let status = 0;
  const sent = token instanceof Secret ? token.reveal() : undefined;
  const hangUp = ask(handler, simRequest(method, path, JSON.stringify(body, revealed), sent), {
    head: (answered) => {
      status = answered;
    },
    bytes: (bytes) => chunks.push(bytes),
    end: () => {
      const text = Buffer.concat(chunks).toString();
      try {
        resolve(checkAnswer(name, { origin: ORIGIN, status, location: undefined, body: text }, []));
      } catch (error) {
        reject(error);
      }
    },
    lost: () => unreachable('the connection was lost'),
  });
  const cancel = clock.callAt(clock.now() + deadlineMs, () => {
    unreachable('no answer in time');
    hangUp();
  });
  signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise.finally(cancel);
}

function revealed(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const original = this[name];
  return original instanceof Secret ? original.reveal() : value;
}

function simRequest(method: string, path: string, body: string, token?: string): SimRequest {
  const headers = token === undefined ? {} : { 'x-vault-token': token };
  return { method, url: `/v1/${path}`, headers, body: body ?? '', peer: '127.0.0.1' };
}
