import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { after, before, test } from 'node:test';
import type { Controller } from '../../support/installation/controller.ts';
import { type Installation, startInstallation } from '../../support/installation/installation.ts';
import { allowIssuing, type Pki, startPki } from '../../support/real/pki.ts';
import { sampleOf } from '../../support/telemetry/read-metrics.ts';
import { type Scraper, scrape } from '../../support/telemetry/scrape.ts';
import { until } from '../../support/until.ts';

const ROLE = 'kubernetes-vault';
/** Half of it is one second more than the least between two renewals. */
const TTL = '12s';

let home: Installation;
let pki: Pki;
let clients: Pki;
let controller: Controller;
let scraper: Scraper;
let url: string;

before(async () => {
  home = await startInstallation({ proxied: true });
  const { vault } = home.servers;
  [pki, clients] = [await startPki(vault, 'metrics/ca'), await startPki(vault, 'clients')];
  await allowIssuing(vault, pki.mount, ROLE);
  await clients.makeRole('prometheus', '1h');
  const tls = {
    vaultCertBackend: pki.mount,
    vaultCertRole: ROLE,
    vaultCABackends: [clients.mount],
  };
  controller = await home.controller({ prometheus: { tls } });
  const { cert, key } = await clients.issue('prometheus', 'prometheus');
  scraper = { ca: pki.caPem, cert, key, servername: 'kubernetes-vault' };
  url = home.endpoints.secureMetrics;
});

after(() => home[Symbol.asyncDispose]());

test('S33 without a certificate at the start pods are served all the same, and it is had once Vault gives it', async () => {
  await controller.says({ msg: /^no certificate for the metrics yet/, level: 'error' });
  await (await home.pod()).served();
  await assert.rejects(scrape(url, scraper));
  await pki.makeRole(ROLE, TTL);
  const { status, text } = await until('the metrics are served', () => scrape(url, scraper));
  assert.equal(status, 200);
  assert.ok(Number(sampleOf(text, 'vault_certificate_renewal_request_failures_total')) > 0);
});

test('the certificate is for the Service, the pod, and the address that is listened on', async () => {
  const byName = await scrape(url, { ...scraper, servername: hostname() });
  const byAddress = await scrape(url, { ...scraper, servername: '' });
  assert.deepEqual([byName.status, byAddress.status], [200, 200]);
});

test('S33 the certificate is replaced three times under 100 new connections a second, and none fails', async () => {
  const serials = new Set<string | undefined>();
  const failures: unknown[] = [];
  let scrapes = 0;
  let [started, ended] = [0, 0];
  const pace = setInterval(() => {
    started += 1;
    scrape(url, scraper)
      .then(
        ({ status, serialNumber }) => {
          assert.equal(status, 200);
          serials.add(serialNumber);
          scrapes += 1;
        },
        (error: unknown) => failures.push(error),
      )
      .finally(() => {
        ended += 1;
      });
  }, 10);
  try {
    await until(
      'three certificates have followed the first, through 500 connections',
      () => serials.size > 3 && scrapes >= 500,
      60_000,
    );
  } finally {
    clearInterval(pace);
  }
  await until('the last have been answered', () => ended === started);
  assert.deepEqual(failures, []);
});

test('S33 a renewal that fails keeps the old certificate, and the next is had when Vault gives one again', async () => {
  const { vaultProxy } = home.servers;
  const before = await scrape(url, scraper);
  vaultProxy.insteadOf(({ url: asked }) =>
    asked.includes('/issue/') ? { status: 503, body: '{"errors":["sealed"]}' } : undefined,
  );
  await controller.says({ msg: /^cannot renew the certificate of the metrics; the old one stays/ });
  const meanwhile = await scrape(url, scraper);
  assert.equal(meanwhile.status, 200);
  const used = controller.said({ msg: /^a new certificate for the metrics/ }).at(-1);
  assert.equal(
    Date.parse(String(used?.['notAfter'])) / 1_000,
    sampleOf(meanwhile.text, 'metrics_certificate_not_after_timestamp_seconds'),
  );
  vaultProxy.insteadOf(undefined);
  await until('another certificate is shown', async () => {
    const { serialNumber } = await scrape(url, scraper);
    return serialNumber !== before.serialNumber && serialNumber !== meanwhile.serialNumber;
  });
});

test('S34 a client without a certificate, with one of another authority, or an expired one, is refused', async () => {
  const [strangers, expired] = [
    await startPki(home.servers.vault, 'strangers'),
    await clients.issue('prometheus', 'prometheus', '1s'),
  ];
  await strangers.makeRole('prometheus', '1h');
  const unknown = await strangers.issue('prometheus', 'prometheus');
  const { validToDate } = new X509Certificate(expired.cert);
  await until('it has expired', () => Date.now() > validToDate.getTime());
  const server = { ca: pki.caPem, servername: 'kubernetes-vault' };
  await assert.rejects(scrape(url, server));
  for (const { cert, key } of [unknown, expired]) {
    await assert.rejects(scrape(url, { ...server, cert, key }));
  }
  assert.equal((await scrape(url, scraper)).status, 200);
  await controller.says({
    msg: /^a client of the metrics was turned away/,
    reason: 'CERT_HAS_EXPIRED',
  });
});

test('S18 nobody has printed a secret', () => {
  assert.deepEqual(home.leaks(), []);
});
