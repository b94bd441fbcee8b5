import type { Clock } from '../../../src/base/clock.ts';
import type { Random } from '../../../src/base/random.ts';
import { Secret } from '../../../src/base/secret.ts';
import { type FaultPlan, faultPlan, withFaults } from '../../../src/sim/faults.ts';
import { askWhole, type WholeAnswer } from '../../../src/sim/in-memory.ts';
import { vaultHandler } from '../../../src/sim/vault-server/handler.ts';
import { createVaultServer, type VaultServer } from '../../../src/sim/vault-server/vault-server.ts';
import { checkAnswer } from '../../../src/vault/client/check-answer.ts';
import type { VaultClient, VaultRequest } from '../../../src/vault/client/vault-client.ts';
import { RetryableVaultError } from '../../../src/vault/client/vault-error.ts';
import { type SimProcess, toProcess } from '../sim-process.ts';

/** An embedded Vault at the end of a modelled network. */
export interface SimVault {
  readonly server: VaultServer;
  readonly faults: FaultPlan;
  /** Nobody answers: connections are refused. */
  isAway: boolean;
  /** How many requests came. */
  readonly requests: () => number;
  /** The accessors of all secret_ids that there are. */
  accessors(): string[];
  /** A client over that network, in that process; undefined: in one that nothing happens to. */
  client(token: Secret | undefined, process?: SimProcess): VaultClient;
}

export const ROLES = ['web', 'db', 'queue'];
export const ROLE_ID = (role: string) => `role-id-of-${role}`;
const ROOT = 'root-token-of-the-simulation';
const ADDRESS = 'https://vault:8200';
const DEADLINE_MS = 10_000;
/** One way. */
const LATENCY_MS = { least: 1, spread: 4 };

export function simVault(clock: Clock, random: Random): SimVault {
  const server = createVaultServer(clock, random, ROOT);
  const faults = faultPlan(random);
  const handler = withFaults(vaultHandler(server), faults, clock);
  const call = (path: string, body: Record<string, unknown>) =>
    server.call({ method: 'POST', path, token: ROOT, wrapTtl: undefined, body, peer: '10.0.0.1' });
  call('sys/auth/approle', { type: 'approle' });
  for (const role of ROLES) {
    call(`auth/approle/role/${role}`, { token_policies: ['default'], token_ttl: '1h' });
    call(`auth/approle/role/${role}/role-id`, { role_id: ROLE_ID(role) });
  }
  let requests = 0;
  const later = (run: () => void) =>
    clock.callAt(clock.now() + LATENCY_MS.least + random() * LATENCY_MS.spread, run);

  const roundTrip = (request: VaultRequest, token: Secret | undefined, deadlineMs: number) =>
    new Promise<WholeAnswer>((resolve, reject) => {
      const cancelDeadline = clock.callAt(clock.now() + deadlineMs, () =>
        fail('no answer in time', true),
      );
      const fail = (words: string, maybeDone: boolean) =>
        reject(new RetryableVaultError('unreachable', request.name, words, { maybeDone }));
      later(() => {
        if (vault.isAway) return fail('ECONNREFUSED', false);
        requests += 1;
        askWhole(handler, simRequest(request, token)).then(
          (answer) =>
            later(() => {
              cancelDeadline();
              resolve(answer);
            }),
          () => later(() => fail('ECONNRESET', true)),
        );
      });
    });

  const vault: SimVault = {
    server,
    faults,
    isAway: false,
    requests: () => requests,
    accessors: () =>
      ROLES.flatMap((role) => {
        const path = `auth/approle/role/${role}/secret-id`;
        const { body } = server.call({ ...LISTING, path });
        const { data } = JSON.parse(JSON.stringify(body)) as { data?: { keys: string[] } };
        return data?.keys ?? [];
      }),
    client: (own, process) => ({
      async send(request, { deadlineMs = DEADLINE_MS } = {}) {
        const token = request.token === 'none' ? undefined : (request.token ?? own);
        const work = roundTrip(request, token, deadlineMs);
        const { status, body } = await (process === undefined ? work : toProcess(process, work));
        const secrets = token === undefined ? [] : [token];
        return checkAnswer(
          request.name,
          { origin: ADDRESS, status, location: undefined, body },
          secrets,
        );
      },
      close: () => {},
    }),
  };
  return vault;
}

const LISTING = {
  method: 'LIST',
  token: ROOT,
  wrapTtl: undefined,
  body: {},
  peer: '10.0.0.1',
} as const;

export const CONTROLLERS_TOKEN = new Secret(ROOT);

function simRequest(request: VaultRequest, token: Secret | undefined) {
  const { method, path, body, wrapTtlSeconds } = request;
  const revealed = Object.entries(body ?? {}).map(([name, value]) => [
    name,
    value instanceof Secret ? value.reveal() : value,
  ]);
  return {
    method,
    url: `/v1/${path}`,
    headers: {
      ...(token === undefined ? {} : { 'x-vault-token': token.reveal() }),
      ...(wrapTtlSeconds === undefined ? {} : { 'x-vault-wrap-ttl': `${wrapTtlSeconds}s` }),
    },
    body: body === undefined ? '' : JSON.stringify(Object.fromEntries(revealed)),
    peer: '10.0.0.1',
  };
}
