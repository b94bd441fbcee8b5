import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { logIn } from '../../support/installation/exchange.ts';
import { initProcess } from '../../support/installation/image.ts';
import type { Program } from '../../support/program.ts';
import { createTestCa } from '../../support/real/test-ca.ts';
import { sampleOf } from '../../support/telemetry/read-metrics.ts';
import { scrape } from '../../support/telemetry/scrape.ts';
import { within } from '../../support/until.ts';
import { goInit } from './go-init.ts';
import { rulesOfTheGuide } from './guide-rules.ts';
import { createAll } from './manifest.ts';
import { isReady, type OldInstallation, startOldInstallation } from './old-installation.ts';

const external = await createTestCa('external CA');
const client = await external.issue('prometheus', ['prometheus']);

let home: OldInstallation;
let controller: Program;

before(async () => {
  const server = await external.issue('kubernetes-vault', ['kubernetes-vault']);
  home = await startOldInstallation({
    manifest: 'secured-external-ca',
    vaultAddr: 'https://vault.security:8200',
    files: (vaultCaPem) => ({
      'cert.pem': server.certPem,
      'cert.key': server.keyPem,
      'ca.pem': bundleWith(vaultCaPem),
    }),
  });
  await createAll(home.plane, rulesOfTheGuide('security'));
  controller = await home.start();
  await isReady(home);
});

after(() => home[Symbol.asyncDispose]());

/** One file verifies Vault and the clients of the metrics, as the original's deployment has it. */
function bundleWith(vaultCaPem = ''): string {
  return `${[vaultCaPem, external.caPem].map((pem) => pem.trim()).join('\n')}\n`;
}

test('a configuration of the environment, over https: a pod gets its secret_id and the CA, as its own environment says', async () => {
  const pod = await home.pod();
  await pod.start(initProcess);
  assert.equal(await pod.ended(), 0);
  const file = JSON.parse(pod.file('vault-secret-id'));
  assert.deepEqual(Object.keys(file), ['roleId', 'secretId', 'accessor', 'vaultAddr']);
  assert.equal(file.vaultAddr, home.vault.addr);
  await logIn(home.vault, file.roleId, file.secretId);
  assert.equal(pod.file('ca.crt'), bundleWith(home.vault.caPem));
});

test('an init container of the original is given the CA in the form that Go reads', async () => {
  const old = goInit({ vault: home.vault });
  const pod = await home.pod();
  await pod.start(old.image);
  assert.equal(await pod.ended(), 0);
  const [push] = old.pushes;
  assert.equal(push?.ttl, 90);
  assert.equal(Buffer.from(push.vaultCAs ?? '', 'base64').toString(), bundleWith(home.vault.caPem));
});

test('S34 metrics are for clients of the external authority alone, as prometheus.tls says', async () => {
  const scraper = { ca: external.caPem, servername: 'kubernetes-vault' };
  await assert.rejects(scrape(home.metricsUrl, scraper));
  const own = { cert: client.certPem, key: client.keyPem };
  const { status, text } = await scrape(home.metricsUrl, { ...scraper, ...own });
  assert.equal(status, 200);
  assert.equal(sampleOf(text, 'server_secret_pushes_total', { approle: 'sample-app' }), 2);
});

test('at the log level error, and with nothing wrong, it prints nothing and ends with 0', async () => {
  controller.signal('SIGTERM');
  assert.equal(await within('it has ended', controller.ended), 0);
  assert.equal(controller.printed, '');
});
