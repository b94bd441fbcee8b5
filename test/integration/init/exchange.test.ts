import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import { encodePush, type Push } from '../../../src/wire/push.ts';
import { type AppRole, appRoleOn } from '../../support/init/app-role.ts';
import { InitContainer } from '../../support/init/init-container.ts';
import { type OpenBao, startOpenBao } from '../../support/real/openbao.ts';

let vault: OpenBao;
let approle: AppRole;

before(async () => {
  vault = await startOpenBao({ tls: true });
  approle = await appRoleOn(vault, { roles: ['web', 'other'] });
});

after(() => vault[Symbol.asyncDispose]());

type Environment = Readonly<Record<string, string>>;

function pinned(environment: Environment = {}): Promise<InitContainer> {
  const pins = { VAULT_ADDR: vault.addr, VAULT_CACERT: vault.caFile, VAULT_APPROLE: 'web' };
  return listening({ ...pins, ...environment });
}

function listening(environment: Environment = {}): Promise<InitContainer> {
  return InitContainer.listening({
    environment: { VAULT_ROLE_ID: approle.roleId('web'), ...environment },
  });
}

/** What an old controller pushes: nothing of what the original does not know. */
function asTheOriginal(push: Push): string {
  const { token, creationTime, ttl, vaultAddr, vaultCAs } = JSON.parse(encodePush(push));
  return JSON.stringify({ token, creationTime, ttl, vaultAddr, vaultCAs });
}

async function resultOf(reply: ReturnType<InitContainer['push']>): Promise<unknown[]> {
  const answer = await reply;
  return answer.kind === 'answered' ? [answer.result, answer.tokenUsed] : [answer.kind];
}

interface Looked {
  readonly data: { readonly accessor: string; readonly path: string };
}

test('S21 S24 S27 a pinned container exchanges, answers, and leaves a token that works and the CA', async () => {
  await using container = await pinned();
  const push = await approle.push('web', { vaultAddr: 'https://elsewhere.example' });
  assert.deepEqual(await container.push(push), {
    kind: 'answered',
    result: 'exchanged',
    reason: '',
    tokenUsed: true,
  });
  assert.equal(await container.ended(), 0);
  assert.deepEqual(container.files(), ['ca.crt', 'vault-token']);
  assert.equal(container.file('ca.crt'), vault.caPem);
  const token = JSON.parse(container.file('vault-token'));
  assert.deepEqual(Object.keys(token), [
    'clientToken',
    'accessor',
    'leaseDuration',
    'renewable',
    'vaultAddr',
  ]);
  const own = { 'x-vault-token': token.clientToken };
  const { data } = await vault.request<Looked>('GET', 'auth/token/lookup-self', undefined, own);
  assert.deepEqual([data.accessor, data.path], [token.accessor, 'auth/approle/login']);
  const { leaseDuration, renewable, vaultAddr } = token;
  assert.deepEqual([leaseDuration, renewable, vaultAddr], [1_200, true, vault.addr]);
  const written = container.log.find(({ msg }) => msg === 'the credential is written');
  assert.equal(written?.['tokenAccessor'], token.accessor);
});

test('RETRIEVE_TOKEN=false leaves a secret_id that logs in', async () => {
  await using container = await pinned({ RETRIEVE_TOKEN: 'false' });
  assert.deepEqual(await resultOf(container.push(await approle.push('web'))), ['exchanged', true]);
  assert.equal(await container.ended(), 0);
  assert.deepEqual(container.files(), ['ca.crt', 'vault-secret-id']);
  const { roleId, secretId } = JSON.parse(container.file('vault-secret-id'));
  await vault.request('POST', 'auth/approle/login', { role_id: roleId, secret_id: secretId });
});

test('S23 UNWRAP_SECRET=false hands on a wrapping token that was looked up and is still good', async () => {
  await using container = await pinned({ RETRIEVE_TOKEN: 'false', UNWRAP_SECRET: 'false' });
  assert.deepEqual(await resultOf(container.push(await approle.push('other'))), [
    'pin-mismatch',
    false,
  ]);
  assert.deepEqual(await resultOf(container.push(await approle.push('web'))), ['exchanged', false]);
  assert.equal(await container.ended(), 0);
  const handedOn = JSON.parse(container.file('vault-wrapped-secret-id'));
  assert.deepEqual([handedOn.roleId, handedOn.ttl], [approle.roleId('web'), 60]);
  const own = { 'x-vault-token': handedOn.wrappedSecretId };
  await vault.request('POST', 'sys/wrapping/unwrap', undefined, own);
});

test('S24 without pins, what the push says is used, as in the original', async () => {
  await using container = await listening();
  assert.ok(container.says(/VAULT_ADDR is not set/));
  const reply = await container.post(asTheOriginal(await approle.push('web')));
  assert.equal(reply.kind === 'answered' && reply.result, 'exchanged');
  assert.equal(await container.ended(), 0);
  assert.equal(container.file('ca.crt'), vault.caPem);
  assert.equal(JSON.parse(container.file('vault-token')).vaultAddr, vault.addr);
});

test('S24 without pins, the mount that the push names is used', async () => {
  const elsewhere = await appRoleOn(vault, { mount: 'team/approle', roles: ['web'] });
  await using container = await listening({ VAULT_ROLE_ID: elsewhere.roleId('web') });
  assert.deepEqual(await resultOf(container.push(await elsewhere.push('web'))), [
    'exchanged',
    true,
  ]);
  assert.equal(await container.ended(), 0);
});

test('S24 namespace, mount and role can be pinned, and the push names others in vain', async () => {
  const team = await appRoleOn(vault, { namespace: 'team', mount: 'pods', roles: ['web'] });
  await using container = await pinned({
    VAULT_ROLE_ID: team.roleId('web'),
    VAULT_NAMESPACE: 'team',
    VAULT_APPROLE_MOUNT: 'pods',
  });
  const push = await team.push('web');
  const lies = { appRoleMount: 'approle', vaultNamespace: 'nowhere', role: 'other' };
  assert.deepEqual(await resultOf(container.push({ ...push, ...lies })), ['exchanged', true]);
  assert.equal(await container.ended(), 0);
});

test('S24 a certificate that the pinned CA did not sign is never sent a login', async () => {
  await using other = await startOpenBao({ tls: true });
  await using container = await pinned({ VAULT_CACERT: other.caFile });
  const push = await approle.push('web', { wrapTtlSeconds: 2 });
  const reply = await container.push(push);
  assert.ok(reply.kind === 'answered' && reply.result === 'vault-unreachable');
  assert.match(reply.reason, /certificate/);
  assert.deepEqual(container.files(), []);
});

test('S23 tokens of another role, and of anything else, are refused unused; then a good push is served', async () => {
  await using container = await pinned();
  const other = await approle.push('other');
  type Wrapped = { wrap_info: { token: string } };
  const wrapTtl = { 'x-vault-wrap-ttl': '60s' };
  const { wrap_info: wrapInfo } = await vault.request<Wrapped>(
    'POST',
    'sys/wrapping/wrap',
    { secret_id: 'false', secret_id_accessor: 'false' },
    wrapTtl,
  );
  for (const token of [other.token, new Secret(wrapInfo.token)]) {
    const answer = await container.push({ ...other, token });
    assert.ok(answer.kind === 'answered' && answer.result === 'pin-mismatch');
    assert.equal(answer.tokenUsed, false);
    await vault.request('POST', 'sys/wrapping/lookup', { token: token.reveal() });
  }
  assert.deepEqual(container.files(), []);
  assert.deepEqual(await resultOf(container.push(await approle.push('web'))), ['exchanged', true]);
  assert.equal(await container.ended(), 0);
});

test('S23 a used-up, an expired and an invented token are gone; then a good push is served', async () => {
  await using container = await pinned();
  const used = await approle.push('web');
  const own = { 'x-vault-token': used.token.reveal() };
  await vault.request('POST', 'sys/wrapping/unwrap', undefined, own);
  const revoked = await approle.push('web');
  await vault.request('POST', 'auth/token/revoke', { token: revoked.token.reveal() });
  const invented = { ...used, token: new Secret('hvs.CAESIInventedByNobody') };
  const pushes = [used, revoked, invented].map((push) => resultOf(container.push(push)));
  for (const answer of await Promise.all(pushes)) assert.deepEqual(answer, ['token-gone', false]);
  assert.deepEqual(await resultOf(container.push(await approle.push('web'))), ['exchanged', true]);
  assert.equal(await container.ended(), 0);
});

for (const hours of [-1, 1]) {
  test(`S25 a push that was made ${hours} h away by this clock is served`, async () => {
    await using container = await pinned();
    const push = await approle.push('web');
    const creationTime = new Date(Date.parse(push.creationTime) + hours * 3_600_000).toISOString();
    assert.deepEqual(await resultOf(container.push({ ...push, creationTime })), [
      'exchanged',
      true,
    ]);
    assert.equal(await container.ended(), 0);
  });
}

test('S21 a login that Vault refuses is told with its words, and it waits for another push', async () => {
  await using container = await pinned({ VAULT_ROLE_ID: 'wrong', VAULT_APPROLE: 'web' });
  const answer = await container.push(await approle.push('web'));
  assert.ok(answer.kind === 'answered' && answer.result === 'login-refused');
  assert.deepEqual([answer.tokenUsed, /invalid role/.test(answer.reason)], [true, true]);
  assert.deepEqual(await resultOf(container.push(await approle.push('web'))), [
    'login-refused',
    true,
  ]);
  assert.deepEqual(container.files(), []);
});

test('S27 an earlier credential is replaced, TOKEN_FILE written, and CREDENTIALS_MODE kept', async () => {
  await using container = await pinned({ CREDENTIALS_MODE: '0440' });
  assert.deepEqual(await resultOf(container.push(await approle.push('web'))), ['exchanged', true]);
  assert.equal(await container.ended(), 0);
  const before = container.file('vault-token');
  const path = container.credentials;
  const tokenFile = join(path, 'token');
  await using again = await pinned({ CREDENTIALS_PATH: path, TOKEN_FILE: tokenFile });
  assert.deepEqual(await resultOf(again.push(await approle.push('web'))), ['exchanged', true]);
  assert.equal(await again.ended(), 0);
  assert.notEqual(container.file('vault-token'), before);
  assert.equal(container.file('token'), JSON.parse(container.file('vault-token')).clientToken);
  assert.equal(statSync(tokenFile).mode & 0o777, 0o444);
});

test('S27 a credential that cannot be written is told, its token revoked, and the exit code 1', async () => {
  await using container = await pinned();
  mkdirSync(join(container.credentials, 'vault-token'));
  const answer = await container.push(await approle.push('web'));
  assert.ok(answer.kind === 'answered' && answer.result === 'write-failed');
  assert.match(answer.reason, /^cannot write .*vault-token: .*\(E(?:ISDIR|NOTEMPTY|EXIST)\)$/);
  assert.equal(await container.ended(), 1);
  assert.deepEqual(container.files().includes('vault-token'), true);
  const revoked = container.log.find(({ msg }) => /^revoked the token/.test(msg));
  const accessor = revoked?.['tokenAccessor'];
  await assert.rejects(
    vault.request('POST', 'auth/token/lookup-accessor', { accessor }),
    /invalid accessor|403|404/,
  );
});
