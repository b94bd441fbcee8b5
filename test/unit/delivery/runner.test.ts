import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FinalVaultError, RetryableVaultError } from '../../../src/vault/client/vault-error.ts';
import { aCustomer } from '../../support/delivery/customers.ts';
import {
  CONNECT_MS,
  isStoppedAfter,
  POD_MS,
  running,
  VAULT_MS,
} from '../../support/delivery/running-delivery.ts';

const WEB = aCustomer();

test('S12 what the core decides is carried out, and what became of it comes back', async () => {
  const { clock, runner, sees, calls, told, core } = running();
  sees(WEB);
  await clock.advanceAsync(VAULT_MS + CONNECT_MS + POD_MS);
  sees(WEB.ended(0));
  assert.deepEqual(calls, ['mint', 'push', 'send']);
  assert.deepEqual(told(), ['role-accepted', 'minted', 'pushed', 'delivered']);
  assert.equal(core.counts().pods, 0);
  await runner.stop(0);
});

test('S15 the core is woken when it asked for it, also where that becomes sooner', async () => {
  let isAway = true;
  const unavailable = () => new RetryableVaultError('unavailable', 'mint', 'sealed');
  const here = running({
    vault: { mint: () => Promise.reject(isAway ? unavailable() : new Error('never')) },
  });
  here.sees(WEB);
  await here.clock.advanceAsync(0);
  const [paused] = here.reports.filter(({ kind }) => kind === 'vault-paused');
  assert.equal(paused?.kind === 'vault-paused' && paused.retryInMs, 375);
  assert.equal(here.clock.nextWake(), 1_375);
  isAway = false;
  await here.clock.advanceAsync(374);
  assert.equal(here.told().filter((kind) => kind === 'mint-failed').length, 1);
  await here.clock.advanceAsync(1);
  assert.equal(here.told().filter((kind) => kind === 'mint-failed').length, 2);
});

test('S15 what is no error of Vault’s counts as Vault’s being out of order, and is told', async () => {
  const here = running({ vault: { mint: () => Promise.reject(new TypeError('a fault of ours')) } });
  here.sees(WEB);
  await here.clock.advanceAsync(0);
  const [failed] = here.reports.filter(({ kind }) => kind === 'mint-failed');
  assert.match(JSON.stringify(failed), /internal error: TypeError: a fault of ours/);
});

test('S14 a refusal of Vault’s is told with its words', async () => {
  const error = new FinalVaultError('missing', 'mint a secret_id', 'HTTP 404: no such role');
  const here = running({ vault: { mint: () => Promise.reject(error) } });
  here.sees(WEB);
  await here.clock.advanceAsync(0);
  const [problem] = here.reports.filter(({ kind }) => kind === 'role-problem');
  assert.match(JSON.stringify(problem), /role-missing.*HTTP 404: no such role/);
});

test('S6 a push that the core breaks off is aborted', async () => {
  let signal: AbortSignal | undefined;
  const here = running({
    pusher: {
      push: (_target, _token, events) => {
        signal = events.signal;
        return new Promise(() => {});
      },
    },
  });
  here.sees(WEB);
  await here.clock.advanceAsync(VAULT_MS);
  assert.equal(signal?.aborted, false);
  here.sees(WEB.deleting());
  assert.equal(signal?.aborted, true);
});

test('S41 a runner with nothing in flight stops at once', async () => {
  assert.ok(await isStoppedAfter(running(), 0));
});

test('S41 a runner stops when its pushes in flight have ended', async () => {
  const here = running();
  here.sees(WEB);
  await here.clock.advanceAsync(VAULT_MS + CONNECT_MS + 1);
  assert.equal(await isStoppedAfter(here, POD_MS - 2), false);
  assert.equal(here.told().includes('pushed'), false);
  await here.clock.advanceAsync(2);
  assert.ok(here.told().includes('pushed'));
  assert.ok(await isStoppedAfter(here, 0));
});

test('S41 a mint in flight is waited for, and what it made destroyed', async () => {
  const here = running();
  here.sees(WEB);
  assert.equal(await isStoppedAfter(here, 2 * VAULT_MS - 1), false);
  assert.ok(await isStoppedAfter(here, 1));
  assert.deepEqual(here.calls, ['mint', 'destroy']);
});

test('S41 what has not ended in time is broken off, and no timer is left', async () => {
  const signals: AbortSignal[] = [];
  const here = running({
    pusher: {
      push: (_target, _token, { signal }) => {
        signals.push(signal);
        return new Promise((resolve) => {
          const outcome = { kind: 'unanswered', words: 'broken off' } as const;
          signal.addEventListener('abort', () => resolve(outcome));
        });
      },
    },
  });
  here.sees(WEB, WEB.named('web-2').at('10.0.0.2'));
  await here.clock.advanceAsync(2 * VAULT_MS);
  assert.equal(await isStoppedAfter(here, 4_999), false);
  assert.ok(signals.every(({ aborted }) => !aborted));
  await here.clock.advanceAsync(1);
  assert.equal(signals.length, 2);
  assert.ok(signals.every(({ aborted }) => aborted));
  // The core would have them served again, and asks to be woken for that.
  assert.equal(here.told().filter((kind) => kind === 'push-failed').length, 2);
  assert.equal(here.clock.nextWake(), undefined);
});
