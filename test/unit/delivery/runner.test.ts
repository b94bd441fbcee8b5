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
import { FinalVaultError, RetryableVaultError } from '../../../src/vault/client/vault-error.ts';
import { aCustomer, type CustomerBuilder } from '../../support/customers.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const WEB = aCustomer();
const VAULT_MS = 5;
const CONNECT_MS = 1;
const POD_MS = 20;

/** A time to act that a test ends, with or without a word. */
function aTerm() {
  const abort = new AbortController();
  const term = { signal: abort.signal, isValid: () => !term.isOver, isOver: false };
  return {
    term,
    abort: () => abort.abort(),
    lapse: () => void Object.assign(term, { isOver: true }),
  };
}

interface Doubles {
  readonly vault?: Partial<CredentialSource>;
  readonly pusher?: Partial<Pusher>;
}

/** A runner among doubles: Vault mints in 5 ms, pods are connected to in 1 ms and take in 20 ms. */
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
    async push(_target, _token, { signal, onConnected }) {
      calls.push('push');
      await pause(clock, CONNECT_MS);
      onConnected();
      if (signal.aborted) return { kind: 'unsent', words: 'broken off' };
      calls.push('send');
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
  const first = aTerm();
  runner.act(first.term);
  const sees = (...pods: readonly CustomerBuilder[]) => {
    for (const pod of pods) {
      runner.take({ kind: 'pods', event: { kind: 'pod', facts: pod.facts() } });
    }
  };
  const told = () => reports.map(({ kind }) => kind);
  return { clock, core, runner, sees, calls, told, reports, ...first };
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

test('S43 as soon as the term is known to be over nothing begins any more', async () => {
  const here = running();
  here.sees(WEB);
  here.abort();
  await here.clock.advanceAsync(60_000);
  here.sees(WEB.named('web-2').at('10.0.0.2'));
  assert.deepEqual(here.calls, ['mint', 'destroy']);
});

const AWAKENINGS: readonly [what: string, wake: (here: Running) => void][] = [
  ['an event of the watch', ({ sees }) => sees(WEB.named('web-2').at('10.0.0.2'))],
  ['nothing but timers', () => {}],
];
for (const [what, wake] of AWAKENINGS) {
  test(`S44 a process that was paused beyond its term does nothing on what it believed: first comes ${what}`, async () => {
    const here = running();
    here.sees(WEB);
    here.lapse();
    wake(here);
    await here.clock.advanceAsync(60_000);
    assert.deepEqual(here.calls, ['mint', 'destroy']);
  });
}

test('S44 a push whose connection stands after the term’s end is not sent, and its token destroyed', async () => {
  const here = running();
  here.sees(WEB);
  await here.clock.advanceAsync(VAULT_MS);
  here.lapse();
  await here.clock.advanceAsync(60_000);
  assert.deepEqual(here.calls, ['mint', 'push', 'destroy']);
});

test('S40 what was sent before the term’s end is waited for', async () => {
  const here = running();
  here.sees(WEB);
  await here.clock.advanceAsync(VAULT_MS + CONNECT_MS);
  here.abort();
  await here.clock.advanceAsync(POD_MS);
  assert.deepEqual(here.calls, ['mint', 'push', 'send']);
  assert.ok(here.told().includes('pushed'));
});

test('S40 a new term begins after the old one, whose end is of no more matter', async () => {
  const here = running();
  here.abort();
  here.sees(WEB);
  const second = aTerm();
  here.runner.act(second.term);
  here.lapse();
  await here.clock.advanceAsync(VAULT_MS + CONNECT_MS);
  assert.deepEqual(here.calls, ['mint', 'push', 'send']);
});

test('S40 a term that replaces one which was not known to be over begins with nothing unsent', async () => {
  const here = running();
  here.sees(WEB);
  await here.clock.advanceAsync(VAULT_MS);
  const second = aTerm();
  here.runner.act(second.term);
  here.abort();
  await here.clock.advanceAsync(1_000);
  assert.equal(here.calls.filter((call) => call === 'send').length, 1);
});

for (const end of ['abort', 'lapse'] as const) {
  test(`S40 a term that is over before it begins (${end}) is none`, async () => {
    const here = running();
    here.abort();
    const second = aTerm();
    second[end]();
    here.runner.act(second.term);
    here.sees(WEB);
    await here.clock.advanceAsync(60_000);
    assert.deepEqual(here.calls, []);
  });
}

test('S41 who is told to stop acts in no later term', async () => {
  const here = running();
  assert.ok(await isStoppedAfter(here, 0));
  here.runner.act(aTerm().term);
  here.sees(WEB);
  await here.clock.advanceAsync(60_000);
  assert.deepEqual(here.calls, []);
});

test('S41 pushes that are being connected for finish though the lead is given up meanwhile', async () => {
  const here = running();
  here.sees(WEB);
  await here.clock.advanceAsync(VAULT_MS);
  const stopped = here.runner.stop(5_000);
  here.abort();
  here.lapse();
  await here.clock.advanceAsync(CONNECT_MS + POD_MS);
  await stopped;
  assert.deepEqual(here.calls, ['mint', 'push', 'send']);
});

test('S44 a process that is paused amid its hand-over sends nothing after the time for that', async () => {
  const here = running();
  here.sees(WEB);
  await here.clock.advanceAsync(VAULT_MS);
  void here.runner.stop(0.5);
  await here.clock.advanceAsync(60_000);
  assert.deepEqual(here.calls, ['mint', 'push', 'destroy']);
});
