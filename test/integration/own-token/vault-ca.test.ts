import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { type Installation, startInstallation } from '../../support/installation/installation.ts';
import type { OpenBao } from '../../support/real/openbao.ts';
import { until } from '../../support/until.ts';
import { controllersOf, type OneController, type StartController } from './controllers.ts';
import { allowAnyTokenRole, periodicToken, replaceFile } from './tokens.ts';

let home: Installation;
let vault: OpenBao;
let start: StartController;
/** What OpenBao's own intermediate authority is known by. */
let authority: X509Certificate;

before(async () => {
  home = await startInstallation({ tls: true, persistent: true });
  vault = home.servers.vault;
  start = await controllersOf(home);
  await allowAnyTokenRole(vault);
  authority = new X509Certificate(await makePki());
  for (const name of ['tls.crt', 'tls.key']) copyFileSync(file(name), file(`first-${name}`));
  const { certificate, private_key, ca_chain } = await issueOwn();
  replaceFile(file('own-tls.crt'), [certificate, ...ca_chain].join('\n'));
  replaceFile(file('own-tls.key'), private_key);
});

after(() => home[Symbol.asyncDispose]());

/** A file that OpenBao was started with. */
function file(name: string): string {
  return join(dirname(vault.caFile), name);
}

/** A root and an intermediate authority; the certificate of the latter. */
async function makePki(): Promise<string> {
  const ttl = { max_lease_ttl: '24h' };
  for (const mount of ['root-ca', 'intermediate-ca']) {
    await vault.request('POST', `sys/mounts/${mount}`, { type: 'pki', config: ttl });
  }
  type Data<T> = { data: T };
  const named = (common_name: string) => ({ common_name, ttl: '12h' });
  await vault.request('POST', 'root-ca/root/generate/internal', named('root of the test'));
  const { csr } = (
    await vault.request<Data<{ csr: string }>>(
      'POST',
      'intermediate-ca/intermediate/generate/internal',
      named('intermediate of the test'),
    )
  ).data;
  const signed = (
    await vault.request<Data<{ certificate: string }>>('POST', 'root-ca/root/sign-intermediate', {
      csr,
      ...named('intermediate of the test'),
    })
  ).data;
  await vault.request('POST', 'intermediate-ca/intermediate/set-signed', signed);
  const role = { allow_any_name: true, allow_ip_sans: true, max_ttl: '6h' };
  await vault.request('POST', 'intermediate-ca/roles/vault', role);
  return signed.certificate;
}

async function issueOwn() {
  type Issued = { certificate: string; private_key: string; ca_chain: string[] };
  const wish = { common_name: 'vault', ip_sans: '127.0.0.1' };
  const path = 'intermediate-ca/issue/vault';
  return (await vault.request<{ data: Issued }>('POST', path, wish)).data;
}

/** Has OpenBao show the certificate of its own authority, or the one of the test's, from now on. */
async function show(which: 'own' | 'first'): Promise<void> {
  for (const name of ['tls.crt', 'tls.key']) copyFileSync(file(`${which}-${name}`), file(name));
  process.kill(vault.pid, 'SIGHUP');
  const isOwn = which === 'own';
  await until(
    `it shows the ${which} certificate`,
    async () => (await shownIssuer()).includes('intermediate') === isOwn,
  );
}

function shownIssuer(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { hostname: host, port } = new URL(vault.addr);
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
    resolve(String(socket.getPeerCertificate().issuer.CN));
    socket.end();
  });
  socket.once('error', reject);
  return promise;
}

const FINGERPRINT = () => authority.fingerprint256.replaceAll(':', '').toLowerCase();
const BACKENDS = { vaultCABackends: ['intermediate-ca'] };

/** Pins leave the init container without the pushed bundle. */
const UNPINNED = { VAULT_ADDR: undefined, VAULT_APPROLE: undefined, VAULT_CACERT: undefined };

test('S32 an intermediate authority from a mount verifies Vault, and is what is pushed', async () => {
  await show('own');
  await using one = await start({ tls: BACKENDS }, ['shop']);
  await one.isReady();
  const { remedy } = await one.controller.says({ level: 'warn', msg: /nothing vouches for it$/ });
  assert.ok(String(remedy).endsWith(`caSHA256: ["${FINGERPRINT()}"]`), String(remedy));
  const pod = await (await home.pod({ environment: UNPINNED })).served();
  assert.equal(pod.file('ca.crt').trim(), authority.toString().trim());
});

test('S32 the fingerprints that the log names make the fetch a verified one; others end the start', async () => {
  await show('own');
  {
    await using one = await start({ tls: { ...BACKENDS, caSHA256: [FINGERPRINT()] } });
    await one.isReady();
    await one.controller.says({ level: 'info', msg: /delivered what verifies Vault from now on$/ });
  }
  await using other = await start({ tls: { ...BACKENDS, caSHA256: ['3f'.repeat(32)] } });
  assert.equal(await other.controller.ended, 1);
  await other.controller.says({ msg: new RegExp(`${FINGERPRINT()}.*not listed`) });
});

test('S32 authorities that do not verify Vault end the start', async () => {
  await show('first');
  await using one = await start({ tls: BACKENDS });
  assert.equal(await one.controller.ended, 1);
  const msg = /certificate of Vault does not verify against what its mounts deliver/;
  await one.controller.says({ level: 'error', msg });
});

test('S32 a certificate of another authority, at Vault, is refused and reported', async () => {
  const token = await periodicToken(vault, 'short', '20s');
  await show('own');
  await using one = await start({ token, tls: BACKENDS });
  await one.isReady();
  await show('first');
  await vault.restart();
  await one.controller.says({ level: 'error', msg: /^the certificate of Vault is not accepted: / });
  await one.controller.says({ level: 'error', msg: /^cannot renew the token/ });
  await one.isNotReady(/vault-token failed: expired/, 30_000);
});

test('S32 a file of authorities that changes is used from then on, without a restart', async () => {
  await show('first');
  const caCert = home.file('ca.crt');
  replaceFile(caCert, vault.caPem ?? '');
  await using one = await start({ tls: { caCert } }, ['shop']);
  await one.isReady();
  await servedWith(one, vault.caPem ?? '');
  replaceFile(caCert, authority.toString());
  await one.controller.says({ msg: /^vault\.tls\.caCert has changed/ });
  await show('own');
  await servedWith(one, authority.toString());
  assert.deepEqual(one.controller.said({ level: 'error' }), []);
});

/** Serves a pod, to which this bundle is pushed. */
async function servedWith(one: OneController, bundle: string): Promise<void> {
  const pod = await home.pod({ environment: UNPINNED });
  await pod.served();
  assert.equal(pod.file('ca.crt').trim(), bundle.trim());
  await one.controller.says({ msg: /^delivered/, pod: pod.name });
}
