import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AuthoritySource,
  authoritiesOfFile,
  authoritiesOfMounts,
  keepClientAuthorities,
} from '../../../../src/telemetry/tls/client-authorities.ts';
import { createTestCa } from '../../../support/real/test-ca.ts';
import { recordedLog } from '../../../support/telemetry/recorded-log.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const [one, two] = [(await createTestCa('one')).caPem, (await createTestCa('two')).caPem];

function rig(source: AuthoritySource) {
  const clock = virtualClock();
  const { logger, lines } = recordedLog(clock);
  const trusted: string[] = [];
  const trust = (pem: string) => void trusted.push(pem);
  keepClientAuthorities(source, trust, { logger, clock, random: () => 1 });
  return { clock, lines, trusted };
}

test('the authorities of all mounts are trusted together', async () => {
  const cas: Record<string, string> = { a: one, b: two };
  const source = authoritiesOfMounts(['a', 'b'], async (mount) => cas[mount] ?? '');
  const { clock, trusted } = rig(source);
  await clock.advanceAsync(3_600_000);
  assert.deepEqual(trusted, [`${one}\n${two}`]);
  cas['b'] = one;
  await clock.advanceAsync(600_000);
  assert.deepEqual(trusted.slice(1), [`${one}\n${one}`]);
});

test('S34 where one mount cannot be read, nobody is trusted yet, and the log says so once', async () => {
  let sealed = true;
  const source = authoritiesOfMounts(['a', 'b'], async (mount) =>
    sealed && mount === 'b' ? Promise.reject(new Error('sealed')) : one,
  );
  const { clock, trusted, lines } = rig(source);
  await clock.advanceAsync(30_000);
  assert.deepEqual(trusted, []);
  assert.deepEqual(lines, [
    "error: cannot read who signs the certificates of the metrics' clients (a, b); nobody can read the metrics yet",
  ]);
  sealed = false;
  await clock.advanceAsync(60_000);
  assert.equal(trusted.length, 1);
});

test('S34 a file that has changed is trusted in place of what it held, but not where it holds no certificate', async () => {
  let content = one;
  const { clock, trusted, lines } = rig(authoritiesOfFile('/ca.crt', async () => content));
  await clock.advanceAsync(0);
  content = 'nothing';
  await clock.advanceAsync(20_000);
  assert.deepEqual(trusted, [one]);
  assert.deepEqual(lines, [
    "error: cannot read who signs the certificates of the metrics' clients (/ca.crt); what was read before stays in use",
  ]);
  content = two;
  await clock.advanceAsync(5_000);
  assert.deepEqual(trusted, [one, two]);
});

test('S34 an intermediate without its root is told, for no client of it would be let in', async () => {
  const authority = await createTestCa();
  const { certPem: intermediate } = await authority.issue('intermediate', []);
  for (const [bundle, told] of [
    [intermediate, 1],
    [`${intermediate}\n${authority.caPem}`, 0],
  ] as const) {
    const { clock, lines } = rig(authoritiesOfFile('/ca.crt', async () => bundle));
    await clock.advanceAsync(30_000);
    const warnings = lines.filter((line) => /^warn: .*an intermediate without its root/.test(line));
    assert.equal(warnings.length, told);
  }
});
