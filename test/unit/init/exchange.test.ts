import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import type { Job } from '../../../src/init/admission/intake.ts';
import { ExchangeError, exchange } from '../../../src/init/exchange/exchange.ts';
import { createLog } from '../../../src/init/log.ts';
import type { Mode } from '../../../src/init/settings/settings.ts';
import type {
  CallOptions,
  VaultClient,
  VaultRequest,
} from '../../../src/vault/client/vault-client.ts';
import { FinalVaultError, RetryableVaultError } from '../../../src/vault/client/vault-error.ts';
import type { Answer } from '../../../src/wire/answer.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const WRAPPING_TOKEN = new Secret('hvs.wrapping-token');
const SECRET_ID = '9f1c-the-secret-id';
const UNWRAPPED = JSON.stringify({ data: { secret_id: SECRET_ID, secret_id_accessor: 'acc-1' } });
const LOGGED_IN = JSON.stringify({
  auth: { client_token: 'hvs.client', accessor: 'acc-2', lease_duration: 60, renewable: true },
});
const BUDGET_MS = 20_000;

/** An answer that never comes. */
const HANGS = Symbol('hangs');
type Reaction = string | Error | typeof HANGS;

/** A Vault that answers each path with its reactions, one after the other, the last for ever. */
function aVault(script: Readonly<Record<string, readonly Reaction[]>>) {
  const calls: { path: string; at: number; deadlineMs: number | undefined }[] = [];
  const clock = virtualClock();
  const vault: VaultClient = {
    async send({ name, path }: VaultRequest, { deadlineMs }: CallOptions = {}) {
      const before = calls.filter((call) => call.path === path).length;
      calls.push({ path, at: clock.now(), deadlineMs });
      const reactions = script[path] ?? assert.fail(`nobody should ask for ${path}`);
      const reaction = reactions[Math.min(before, reactions.length - 1)] ?? HANGS;
      if (reaction === HANGS) {
        await new Promise<void>((resolve) =>
          clock.callAt(clock.now() + (deadlineMs ?? 0), resolve),
        );
        throw new RetryableVaultError('unreachable', name, 'no answer in time', {
          maybeDone: true,
        });
      }
      if (reaction instanceof Error) throw reaction;
      return reaction;
    },
    close() {},
  };
  return { vault, clock, calls };
}

interface Outcome {
  readonly credential?: unknown;
  readonly answer?: Answer;
  readonly calls: ReturnType<typeof aVault>['calls'];
}

async function exchanged(
  script: Readonly<Record<string, readonly Reaction[]>>,
  { mode = 'token', budgetMs = BUDGET_MS }: { mode?: Mode; budgetMs?: number } = {},
): Promise<Outcome> {
  const { vault, clock, calls } = aVault(script);
  const job: Job = {
    push: {
      token: WRAPPING_TOKEN,
      creationTime: '',
      ttl: 60,
      vaultAddr: 'https://vault',
    },
    target: {
      vault,
      address: 'https://vault',
      ca: undefined,
      mount: 'team/approle',
      role: undefined,
      release() {},
      lasting: () => vault,
    },
    deadlineAt: budgetMs,
  };
  let outcome: Outcome | undefined;
  const log = createLog('error', clock, () => {});
  const parts = { clock, random: () => 0, log, settings: { mode, roleId: 'role-id' } };
  exchange(parts, job).then(
    (credential) => {
      outcome = { credential, calls };
    },
    (error: unknown) => {
      assert.ok(error instanceof ExchangeError, String(error));
      outcome = { answer: error.answer, calls };
    },
  );
  await clock.advanceAsync(budgetMs + 1);
  return outcome ?? assert.fail('it has not ended within its time');
}

const UNWRAP = 'sys/wrapping/unwrap';
const LOGIN = 'auth/team/approle/login';
const GONE = new FinalVaultError(
  'rejected',
  'unwrap a secret_id',
  'wrapping token is not valid or does not exist',
);
const away = (maybeDone: boolean) =>
  new RetryableVaultError('unreachable', 'the request', 'ECONNRESET', { maybeDone });

test('S26 an unwrap and a login make a client token', async () => {
  const { credential, calls } = await exchanged({ [UNWRAP]: [UNWRAPPED], [LOGIN]: [LOGGED_IN] });
  assert.deepEqual(
    calls.map(({ path }) => path),
    [UNWRAP, LOGIN],
  );
  assert.equal((credential as { kind: string }).kind, 'token');
});

test('RETRIEVE_TOKEN=false stops after the unwrap', async () => {
  const { credential } = await exchanged({ [UNWRAP]: [UNWRAPPED] }, { mode: 'secret-id' });
  const { kind, accessor } = credential as { kind: string; accessor: string };
  assert.deepEqual([kind, accessor], ['secret-id', 'acc-1']);
});

test('UNWRAP_SECRET=false asks Vault for nothing', async () => {
  const { credential, calls } = await exchanged({}, { mode: 'wrapped-secret-id' });
  assert.deepEqual(credential, {
    kind: 'wrapped-secret-id',
    wrappingToken: WRAPPING_TOKEN,
    ttlSeconds: 60,
  });
  assert.deepEqual(calls, []);
});

for (const kind of ['unreachable', 'unavailable', 'throttled', 'malformed'] as const) {
  test(`S26 unwrap and login are tried again while Vault is ${kind}`, async () => {
    const error = new RetryableVaultError(kind, 'the request', 'not now');
    const { credential, calls } = await exchanged({
      [UNWRAP]: [error, error, UNWRAPPED],
      [LOGIN]: [error, error, error, LOGGED_IN],
    });
    assert.notEqual(credential, undefined);
    assert.equal(calls.length, 7);
  });
}

test('S26 attempts come with doubling pauses, none after the budget', async () => {
  const { answer, calls } = await exchanged({ [UNWRAP]: [away(false)] }, { budgetMs: 5_000 });
  assert.deepEqual(
    calls.map(({ at }) => at),
    [0, 50, 150, 350, 750, 1_550, 2_550, 3_550, 4_550],
  );
  assert.deepEqual(answer, {
    result: 'vault-unreachable',
    reason: 'the request: ECONNRESET',
    tokenUsed: false,
  });
});

test('S26 a Vault that does not answer leaves time for other attempts, and none outlives the budget', async () => {
  const { calls } = await exchanged({ [UNWRAP]: [HANGS] });
  assert.deepEqual(
    calls.map(({ deadlineMs }) => deadlineMs),
    [6_000, 6_000, 6_000, 1_650],
  );
});

test('S26 a used-up token is not tried again', async () => {
  const { answer, calls } = await exchanged({ [UNWRAP]: [GONE] });
  assert.deepEqual([answer?.result, answer?.tokenUsed, calls.length], ['token-gone', false, 1]);
});

test('S26 a token that this container may have used itself is not called gone', async () => {
  const { answer } = await exchanged({ [UNWRAP]: [away(true), GONE] });
  assert.deepEqual([answer?.result, answer?.tokenUsed], ['vault-unreachable', true]);
  const sure = await exchanged({ [UNWRAP]: [away(false), GONE] });
  assert.deepEqual([sure.answer?.result, sure.answer?.tokenUsed], ['token-gone', false]);
});

/** A secret_id that is good for so many logins; 0: for any number. */
function goodFor(uses: number): string {
  const { data } = JSON.parse(UNWRAPPED);
  return JSON.stringify({ data: { ...data, secret_id_num_uses: uses } });
}

for (const [uses, logins] of [
  [1, 1],
  [2, 2],
  [0, 4],
] as const) {
  test(`S26 a secret_id for ${uses || 'any number of'} logins is not used more often, where answers are lost`, async () => {
    const { answer, calls } = await exchanged({
      [UNWRAP]: [goodFor(uses)],
      [LOGIN]: [away(true), away(true), away(true), LOGGED_IN],
    });
    assert.equal(calls.filter(({ path }) => path === LOGIN).length, logins);
    const told = answer && [answer.result, answer.tokenUsed];
    assert.deepEqual(told, uses === 0 ? undefined : ['vault-unreachable', true]);
  });
}

test('S26 a login that was certainly not done is tried again, whatever the secret_id is good for', async () => {
  const { credential } = await exchanged({
    [UNWRAP]: [goodFor(1)],
    [LOGIN]: [away(false), away(false), LOGGED_IN],
  });
  assert.notEqual(credential, undefined);
});

test('S21 a refused login is answered so, and says that the token is used', async () => {
  const refused = new FinalVaultError('rejected', 'log in', 'invalid role or secret ID');
  const { answer, calls } = await exchanged({ [UNWRAP]: [UNWRAPPED], [LOGIN]: [refused] });
  assert.deepEqual(answer, {
    result: 'login-refused',
    reason: 'log in: invalid role or secret ID',
    tokenUsed: true,
  });
  assert.equal(calls.length, 2);
});

test('S21 a login that finds Vault away for too long says that the token is used', async () => {
  const { answer } = await exchanged({ [UNWRAP]: [UNWRAPPED], [LOGIN]: [away(false)] });
  assert.deepEqual([answer?.result, answer?.tokenUsed], ['vault-unreachable', true]);
});

test('S21 an unwrap that is refused for another reason is answered with it', async () => {
  const denied = new FinalVaultError('denied', 'unwrap a secret_id', 'permission denied');
  const { answer } = await exchanged({ [UNWRAP]: [denied] });
  assert.deepEqual([answer?.result, answer?.tokenUsed], ['login-refused', false]);
});

test('S18 what Vault says at the login loses the secrets of the unwrap too', async () => {
  const words = `bad ${WRAPPING_TOKEN.reveal()} and ${SECRET_ID}`;
  const refused = new FinalVaultError('rejected', 'log in', words);
  const { answer } = await exchanged({ [UNWRAP]: [UNWRAPPED], [LOGIN]: [refused] });
  assert.equal(answer?.reason, 'log in: bad [secret] and [secret]');
});
