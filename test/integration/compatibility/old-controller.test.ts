import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { InitContainer } from '../../support/init/init-container.ts';
import { logIn, mint, unwrap } from '../../support/installation/exchange.ts';
import { type OpenBao, startOpenBao } from '../../support/real/openbao.ts';
import { type GoPush, goJson, pushAsGo } from './go-push.ts';
import { type OldVault, setUpVault } from './old-vault.ts';
import { readAsSidekick } from './vault-sidekick.ts';

interface Vault extends OldVault {
  readonly bao: OpenBao;
}

let plain: Vault;
let secure: Vault;

before(async () => {
  const [http, https] = await Promise.all([startOpenBao(), startOpenBao({ tls: true })]);
  plain = { bao: http, ...(await setUpVault(http)) };
  secure = { bao: https, ...(await setUpVault(https)) };
});

after(async () => {
  for (const { bao } of [plain, secure]) await bao[Symbol.asyncDispose]();
});

/** What a controller of the original knows once it has minted. */
async function minted({ bao }: Vault): Promise<GoPush> {
  const { token, creation_time: creationTime, ttl } = await mint(bao, 'sample-app');
  return { token, creationTime, ttl, vaultAddr: bao.addr };
}

/** An init container of ours, with the environment that manifests of the original give it. */
function listening({ roleId }: Vault, more: Readonly<Record<string, string>> = {}) {
  return InitContainer.listening({ environment: { VAULT_ROLE_ID: roleId, ...more } });
}

async function take(container: InitContainer, push: GoPush): Promise<void> {
  const { head } = await pushAsGo(container.host, container.port, push);
  assert.match(head, /^HTTP\/1\.1 200 OK\r\n/);
  assert.equal(await container.ended(), 0);
}

const JAN = '2026-01-02T03:04:05';
/** Printed by Go 1.26 from the original's struct. */
const RECORDED: readonly [push: GoPush, json: string][] = [
  [
    { token: 'hvs.x', creationTime: `${JAN}.120450000Z`, ttl: 60, vaultAddr: 'https://v/?a&<b>' },
    `{"token":"hvs.x","creationTime":"${JAN}.12045Z","ttl":60,"vaultAddr":"https://v/?a\\u0026\\u003cb\\u003e","vaultCAs":null}`,
  ],
  [
    {
      token: 's.y',
      creationTime: `${JAN}.5+02:00`,
      ttl: 90,
      vaultAddr: 'http://v',
      vaultCas: '\n-----BEGIN',
    },
    `{"token":"s.y","creationTime":"${JAN}.5+02:00","ttl":90,"vaultAddr":"http://v","vaultCAs":"Ci0tLS0tQkVHSU4="}`,
  ],
  [
    {
      token: 's.y',
      creationTime: `${JAN}.000000000Z`,
      ttl: 90,
      vaultAddr: 'http://v',
      vaultCas: '',
    },
    `{"token":"s.y","creationTime":"${JAN}Z","ttl":90,"vaultAddr":"http://v","vaultCAs":""}`,
  ],
];

test('the pushes of these tests are what Go writes', () => {
  for (const [push, json] of RECORDED) assert.equal(goJson(push), json);
});

test('without CAs: the token is written, in the file that vault-sidekick reads', async () => {
  await using container = await listening(plain);
  await take(container, await minted(plain));
  const file = container.file('vault-token');
  assert.deepEqual(Object.keys(JSON.parse(file)), [
    'clientToken',
    'accessor',
    'leaseDuration',
    'renewable',
    'vaultAddr',
  ]);
  const { method, token = '', vaultUrl } = readAsSidekick(file);
  assert.deepEqual([method, vaultUrl], ['token', plain.bao.addr]);
  const own = { 'x-vault-token': token };
  await plain.bao.request('POST', 'auth/token/renew-self', {}, own);
  assert.equal(statSync(join(container.credentials, 'vault-token')).mode & 0o777, 0o444);
  assert.deepEqual(container.files(), ['vault-token']);
});

test('with CAs, as vaultCABackends of the original collects them: they verify Vault, and are written', async () => {
  await using container = await listening(secure);
  const vaultCas = `\n${secure.rootCaPem}\n${secure.bao.caPem}`;
  await take(container, { ...(await minted(secure)), vaultCas });
  assert.equal(readAsSidekick(container.file('vault-token')).vaultUrl, secure.bao.addr);
  assert.deepEqual(container.files(), ['ca.crt', 'vault-token']);
  assert.equal(container.file('ca.crt').trim(), vaultCas.trim());
});

test('with the pins set, which old pushes say nothing of: the token is written', async () => {
  const pins = { VAULT_ADDR: plain.bao.addr, VAULT_APPROLE: 'sample-app' };
  await using container = await listening(plain, pins);
  await take(container, { ...(await minted(plain)), vaultAddr: 'http://vault.elsewhere:8200' });
  assert.equal(readAsSidekick(container.file('vault-token')).vaultUrl, plain.bao.addr);
});

test('RETRIEVE_TOKEN=FALSE and a time in another zone: the secret_id is written, key by key', async () => {
  await using container = await listening(plain, { RETRIEVE_TOKEN: 'FALSE' });
  await take(container, { ...(await minted(plain)), creationTime: '2026-11-23T22:00:00.5+01:00' });
  const file = JSON.parse(container.file('vault-secret-id'));
  assert.deepEqual(Object.keys(file), ['roleId', 'secretId', 'accessor', 'vaultAddr']);
  assert.deepEqual([file.roleId, file.vaultAddr], [plain.roleId, plain.bao.addr]);
  await logIn(plain.bao, file.roleId, file.secretId);
  const path = 'auth/approle/role/sample-app/secret-id-accessor/lookup';
  const gone = plain.bao.request('POST', path, { secret_id_accessor: file.accessor });
  await assert.rejects(gone, /answered 40[34]/, 'its one use was the login');
});

test('UNWRAP_SECRET=False and a time without a fraction: the wrapped secret_id is handed on, key by key', async () => {
  const environment = { RETRIEVE_TOKEN: 'false', UNWRAP_SECRET: 'False' };
  await using container = await listening(plain, environment);
  const push = await minted(plain);
  await take(container, { ...push, creationTime: '2026-11-23T21:00:00Z' });
  const file = JSON.parse(container.file('vault-wrapped-secret-id'));
  assert.deepEqual(Object.keys(file), ['roleId', 'wrappedSecretId', 'vaultAddr', 'ttl']);
  assert.deepEqual([file.wrappedSecretId, file.ttl], [push.token, 60]);
  await logIn(plain.bao, file.roleId, await unwrap(plain.bao, file.wrappedSecretId));
});
