import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepIdentityOfFiles } from '../../../../src/telemetry/tls/identity-files.ts';
import type { ServerIdentity } from '../../../../src/telemetry/tls/server-identity.ts';
import { createTestCa } from '../../../support/real/test-ca.ts';
import { recordedLog } from '../../../support/telemetry/recorded-log.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const ca = await createTestCa();
const first = await ca.issue('first', ['127.0.0.1']);
const second = await ca.issue('second', ['127.0.0.1']);

function rig(files: Record<string, string>) {
  const clock = virtualClock();
  const { logger, lines } = recordedLog(clock);
  const shown: ServerIdentity[] = [];
  const cancel = keepIdentityOfFiles({
    files: { certFile: '/tls.crt', keyFile: '/tls.key' },
    read: async (path) => files[path] ?? Promise.reject(new Error(`ENOENT: ${path}`)),
    show: (identity) => void shown.push(identity),
    logger,
    clock,
    random: () => 1,
  });
  const chains = () => shown.map(({ chain }) => chain.trim());
  return { clock, lines, shown, chains, cancel };
}

test('a pair of files is shown once, and again when it has changed', async () => {
  const files = { '/tls.crt': first.certPem, '/tls.key': first.keyPem };
  const { clock, chains, lines } = rig(files);
  await clock.advanceAsync(60_000);
  assert.deepEqual(chains(), [first.certPem]);
  files['/tls.crt'] = second.certPem;
  files['/tls.key'] = second.keyPem;
  await clock.advanceAsync(5_000);
  assert.deepEqual(chains(), [first.certPem, second.certPem]);
  assert.deepEqual(lines, []);
});

test('S33 files that do not belong together leave the old pair in use, told once, until they do', async () => {
  const files = { '/tls.crt': first.certPem, '/tls.key': first.keyPem };
  const { clock, chains, lines } = rig(files);
  await clock.advanceAsync(0);
  files['/tls.crt'] = second.certPem;
  await clock.advanceAsync(60_000);
  assert.deepEqual(chains(), [first.certPem]);
  assert.deepEqual(lines, [
    'error: /tls.crt and /tls.key hold no certificate with its key; the one read before stays in use',
  ]);
  files['/tls.key'] = second.keyPem;
  await clock.advanceAsync(5_000);
  assert.deepEqual(chains(), [first.certPem, second.certPem]);
});

test('files that come later are taken when they are there', async () => {
  const files: Record<string, string> = { '/tls.crt': first.certPem };
  const { clock, chains, lines } = rig(files);
  await clock.advanceAsync(20_000);
  assert.deepEqual(lines, ['error: /tls.crt and /tls.key hold no certificate with its key']);
  files['/tls.key'] = first.keyPem;
  await clock.advanceAsync(5_000);
  assert.deepEqual(chains(), [first.certPem]);
});

test('once ended nothing is read any more', async () => {
  const { clock, cancel } = rig({ '/tls.crt': first.certPem, '/tls.key': first.keyPem });
  await clock.advanceAsync(0);
  cancel();
  assert.equal(clock.nextWake(), undefined);
});
