import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { InitContainer } from '../../support/init/init-container.ts';
import { goodPush, scriptedVault } from '../../support/init/scripted-vault.ts';

const BODIES = 10_000;
const AT_ONCE = 8;

/** A field as it should be, or once in a while as it should not, or not there. */
function spoilt(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 16, arbitrary: good },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.constantFrom(undefined, null, '', 0, -1, 1e308, 1e-9, [], {}) },
  );
}

const text = fc.string({ unit: 'binary' });

const almostPush = fc.record(
  {
    token: spoilt(text),
    creationTime: spoilt(fc.oneof(text, fc.constant('2026-01-01T00:00:00Z'))),
    ttl: spoilt(fc.integer({ min: 1 })),
    vaultAddr: spoilt(fc.oneof(fc.webUrl(), text)),
    vaultCAs: spoilt(fc.oneof(fc.constant(null), text)),
    role: spoilt(text),
    appRoleMount: spoilt(text),
    vaultNamespace: spoilt(text),
    __proto__: spoilt(text),
  },
  { requiredKeys: ['token', 'ttl', 'vaultAddr'] },
);

const cutText = fc
  .tuple(almostPush, fc.nat(400))
  .map(([push, at]) => (JSON.stringify(push) ?? '').slice(0, at));

const bodies = fc.oneof(
  { weight: 6, arbitrary: almostPush.map((push) => JSON.stringify(push)) },
  { weight: 2, arbitrary: cutText },
  { weight: 1, arbitrary: fc.json({ maxDepth: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 2_000 }) },
  { weight: 1, arbitrary: fc.nat(50_000).map((depth) => '['.repeat(depth)) },
);

const ANSWERS: readonly unknown[] = ['bad-push', 'pin-mismatch', 'busy', 'token-gone'];

test(`S20 ${BODIES} push bodies of any kind are each answered, and the process survives them`, async (t) => {
  const seed = randomInt(2 ** 31);
  t.diagnostic(`seed ${seed}`);
  await using vault = await scriptedVault();
  const environment = { VAULT_ADDR: vault.origin, VAULT_APPROLE: 'web', LOG_LEVEL: 'info' };
  await using container = await InitContainer.listening({ environment });
  const rest = fc.sample(bodies, { numRuns: BODIES, seed }).values();
  const answered = new Map<unknown, number>();
  const worker = async () => {
    for (const body of rest) {
      const reply = await container.post(body);
      assert.ok(reply.kind === 'answered' && ANSWERS.includes(reply.result), describe(body, reply));
      answered.set(reply.result, (answered.get(reply.result) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  t.diagnostic(JSON.stringify(Object.fromEntries(answered)));
  assert.ok((answered.get('pin-mismatch') ?? 0) > BODIES / 20, 'many reach Vault');
  const reply = await container.push(goodPush(vault.origin));
  assert.equal(reply.kind === 'answered' && reply.result, 'exchanged');
  assert.equal(await container.ended(), 0);
});

function describe(body: string, reply: unknown): string {
  return `${JSON.stringify(body).slice(0, 500)} was answered ${JSON.stringify(reply)}`;
}
