import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import type { LookUpOutcome } from '../../../src/init/admission/admission.ts';
import { createIntake, type IntakeParts } from '../../../src/init/admission/intake.ts';
import type { Target } from '../../../src/init/admission/target.ts';
import { createLog } from '../../../src/init/log.ts';
import type { CallOptions, VaultClient } from '../../../src/vault/client/vault-client.ts';
import type { Answer } from '../../../src/wire/answer.ts';
import { BadPushError, type Push } from '../../../src/wire/push.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

const EXCHANGED: Answer = { result: 'exchanged', reason: '', tokenUsed: true };

function aPush(ttl = 60): Push {
  return { token: new Secret('hvs.wrapping'), creationTime: '', ttl, vaultAddr: 'https://vault' };
}

interface Watched {
  readonly clock: VirtualClock;
  readonly released: number[];
  readonly lookUps: CallOptions[];
}

/** An intake whose Vault does what `parts` say; by default it accepts and exchanges at once. */
function anIntake(parts: Partial<IntakeParts> = {}) {
  const clock = virtualClock();
  const watched: Watched = { clock, released: [], lookUps: [] };
  const vault: VaultClient = { send: () => assert.fail('no request is expected'), close() {} };
  const target: Target = {
    vault,
    address: 'https://vault',
    ca: undefined,
    mount: 'approle',
    role: undefined,
    release: () => watched.released.push(clock.now()),
    lasting: () => vault,
  };
  const intake = createIntake({
    clock,
    random: () => 0,
    log: createLog('error', clock, () => {}),
    targetOf: () => target,
    lookUp: async (): Promise<LookUpOutcome> => ({ kind: 'accepted' }),
    exchange: async () => EXCHANGED,
    ...parts,
  });
  return { intake, ...watched };
}

/** When an answer came, and which. */
function timed(clock: VirtualClock, answer: Promise<Answer>) {
  const seen: { at?: number; result?: string } = {};
  void answer.then(({ result }) => Object.assign(seen, { at: clock.now(), result }));
  return seen;
}

test('S21 a push is answered with what its exchange came to, and its target released', async () => {
  const { intake, released } = anIntake();
  assert.deepEqual(await intake.submit(aPush()), EXCHANGED);
  assert.deepEqual(await intake.ended, EXCHANGED);
  assert.equal(released.length, 1);
});

for (const [ttl, at] of [
  [3, 3_000],
  [60, 20_000],
] as const) {
  test(`S25 a push with a TTL of ${ttl} s is answered after ${at} ms at the latest, by the monotonic clock`, async () => {
    const { intake, clock, released } = anIntake({
      lookUp: async () => ({ kind: 'failed', reason: 'unreachable' }),
    });
    const answer = timed(clock, intake.submit(aPush(ttl)));
    await clock.advanceAsync(60_000);
    assert.deepEqual(answer, { at, result: 'vault-unreachable' });
    assert.deepEqual([released, clock.nextWake()], [[at], undefined]);
  });
}

test('S22 a lookup may take 3 s, and no more than its push has left', async () => {
  const deadlines: unknown[] = [];
  const lookUp: IntakeParts['lookUp'] = async (_job, { deadlineMs }) => {
    deadlines.push(deadlineMs);
    return { kind: 'gone' };
  };
  const { intake, clock } = anIntake({ lookUp });
  void intake.submit(aPush(3.05));
  await clock.advanceAsync(5_000);
  assert.deepEqual(deadlines, [3_000, 2_950, 2_650, 2_050]);
});

test('S22 the lookup of a push that has lost is aborted', async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const lookUp: IntakeParts['lookUp'] = async (_job, { signal }) => {
    signals.push(signal);
    if (signals.length === 1) await new Promise(() => {});
    return { kind: 'accepted' };
  };
  const { intake } = anIntake({ lookUp });
  const first = intake.submit(aPush());
  assert.equal((await intake.submit(aPush())).result, 'exchanged');
  assert.equal((await first).result, 'busy');
  assert.deepEqual(
    signals.map((signal) => signal?.aborted),
    [true, false],
  );
});

test('S20 a push that can be exchanged nowhere is refused, and nothing is left of it', async () => {
  const { intake, clock } = anIntake({
    targetOf() {
      throw new BadPushError('vaultAddr is none');
    },
  });
  await assert.rejects(intake.submit(aPush()), BadPushError);
  assert.equal(clock.nextWake(), undefined);
});

test('S20 a fault of our own in lookup or exchange is answered, and it waits for another push', async () => {
  const faults = [new TypeError('lookup'), new TypeError('exchange')];
  const { intake, clock } = anIntake({
    async lookUp() {
      const fault = faults.length === 2 ? faults.shift() : undefined;
      if (fault !== undefined) throw fault;
      return { kind: 'accepted' };
    },
    async exchange() {
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      return EXCHANGED;
    },
  });
  const answer = timed(clock, intake.submit(aPush()));
  await clock.advanceAsync(1_000);
  assert.equal(answer.result, 'vault-unreachable');
  assert.equal((await intake.submit(aPush())).result, 'exchanged');
});
