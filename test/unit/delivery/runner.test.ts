import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import { DeliveryCore } from '../../../src/delivery/core.ts';
import type { CredentialSource } from '../../../src/delivery/credential-source.ts';
import type { Pusher } from '../../../src/delivery/pusher.ts';
import type { Report } from '../../../src/delivery/report.ts';
import { DeliveryRunner } from '../../../src/delivery/runner.ts';
import { DEFAULT_LIMITS } from '../../../src/delivery/steps/world.ts';
import { FinalVaultError, RetryableVaultError } from '../../../src/vault/vault-error.ts';
import { aCustomer, type CustomerBuilder } from '../../support/customers.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const WEB = aCustomer();
const VAULT_MS = 5;
const POD_MS = 20;

interface Doubles {
  readonly vault?: Partial<CredentialSource>;
  readonly pusher?: Partial<Pusher>;
}

/** A runner among doubles: Vault mints in 5 ms, pods take in 20 ms. */
function running(doubles: Doubles = {}) {
  const clock = virtualClock(1_000);
  const calls: string[] = [];
  const reports: Report[] = [];
  const vault: CredentialSource = {
    async mint(role) {
      calls.push('mint');
      const askedAt = clock.now();
      await pause(clock, VAULT_MS);
      const secret = new Secret('hvs.of-the-test');
      return { secret, role, accessor: 'acc', creationTime: '', ttlMs: 60_000, askedAt };
    },
    async destroy() {
      calls.push('destroy');
      await pause(clock, VAULT_MS);
    },
    isGone: async () => false,
    lookUpSelf: async () => ({ kind: 'valid' }),
    ...doubles.vault,
  };
  const pusher: Pusher = {
    async push(_target, _token, { onConnected }) {
      calls.push('push');
      onConnected();
      await pause(clock, POD_MS);
      return { kind: 'replied', reply: { kind: 'taken' } };
    },
    probe: async () => undefined,
    ...doubles.pusher,
  };
  const core = new DeliveryCore({
    authorization: undefined,
    allowLoopback: false,
    limits: DEFAULT_LIMITS,
  });
  const reporter = { report: (report: Report) => void reports.push(report) };
  const runner = new DeliveryRunner({ core, vault, pusher, reporter, clock, random: () => 0.5 });
  runner.take({ kind: 'act' });
  const sees = (...pods: readonly CustomerBuilder[]) => {
    for (const pod of pods) {
      runner.take({ kind: 'pods', event: { kind: 'pod', facts: pod.facts() } });
    }
  };
  const told = () => reports.map(({ kind }) => kind);
  return { clock, core, runner, sees, calls, told, reports };
}

type Running = ReturnType<typeof running>;

/** Whether the stop has ended after so many ms. */
async function isStoppedAfter({ clock, runner }: Running, ms: number): Promise<boolean> {
  let stopped = false;
  void runner.stop(5_000).then(() => {
    stopped = true;
  });
  await clock.advanceAsync(ms);
  return stopped;
}

test('S12 what the core decides is carried out, and what became of it comes back', async () => {
  const { clock, runner, sees, calls, told, core } = running();
  sees(WEB);
  await clock.advanceAsync(VAULT_MS + POD_MS);
  sees(WEB.ended(0));
  assert.deepEqual(calls, ['mint', 'push']);
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
  await here.clock.advanceAsync(VAULT_MS + 1);
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
  assert.equal(here.told().filter((kind) => kind === 'waiting').length, 2);
  assert.equal(here.clock.nextWake(), undefined);
});
