import { pause } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import { DeliveryCore } from '../../../src/delivery/core.ts';
import type { CredentialSource } from '../../../src/delivery/credential-source.ts';
import type { Pusher } from '../../../src/delivery/pusher.ts';
import type { Report } from '../../../src/delivery/report.ts';
import { DeliveryRunner } from '../../../src/delivery/runner.ts';
import { DEFAULT_LIMITS } from '../../../src/delivery/steps/world.ts';
import { virtualClock } from '../virtual-clock.ts';
import type { CustomerBuilder } from './customers.ts';

export const VAULT_MS = 5;
export const CONNECT_MS = 1;
export const POD_MS = 20;

/** A time to act that a test ends, with or without a word. */
export function aTerm() {
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
export function running(doubles: Doubles = {}) {
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

export type Running = ReturnType<typeof running>;

/** Whether the stop has ended after so many ms. */
export async function isStoppedAfter({ clock, runner }: Running, ms: number): Promise<boolean> {
  let stopped = false;
  void runner.stop(5_000).then(() => {
    stopped = true;
  });
  await clock.advanceAsync(ms);
  return stopped;
}
