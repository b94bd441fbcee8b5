import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AppRole, appRoleOn } from '../../support/init/app-role.ts';
import { InitContainer } from '../../support/init/init-container.ts';
import { post } from '../../support/init/post.ts';
import { startOpenBao } from '../../support/real/openbao.ts';
import { until } from '../../support/until.ts';

interface TokenFile {
  readonly clientToken: string;
  readonly leaseDuration: number;
}

/** A native sidecar beside a real Vault that has given it its token. */
async function aSidecar(tokens: { readonly tokenTtl: string; readonly tokenMaxTtl?: string }) {
  await using starting = new AsyncDisposableStack();
  const vault = starting.use(await startOpenBao());
  const approle = await appRoleOn(vault, { roles: ['web'], ...tokens });
  const container = starting.use(
    await InitContainer.listening({
      environment: { VAULT_ROLE_ID: approle.roleId('web'), KEEP_RENEWING: 'true' },
    }),
  );
  const ready = () => post({ ...addressOf(container), path: '/readyz', method: 'GET' });
  assert.deepEqual(await ready(), { status: 503, body: 'waiting for a push' });
  assert.equal(await resultOf(container, approle), 'exchanged');
  const file = () => JSON.parse(container.file('vault-token')) as TokenFile;
  const { clientToken } = file();
  const started = starting.move();
  return {
    vault,
    approle,
    container,
    ready,
    file,
    isGood: async () => {
      const path = 'auth/token/lookup-self';
      const asked = await vault
        .request('GET', path, undefined, { 'x-vault-token': clientToken })
        .then(
          () => true,
          () => false,
        );
      return asked;
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

function addressOf({ host, port }: InitContainer) {
  return { host, port };
}

async function resultOf(container: InitContainer, approle: AppRole): Promise<string> {
  const reply = await container.push(await approle.push('web'));
  return reply.kind === 'answered' ? reply.result : reply.kind;
}

test('S18 a native sidecar renews its token past its TTL, is ready, takes no other push, and prints no token', async () => {
  await using it = await aSidecar({ tokenTtl: '4s' });
  assert.deepEqual(await it.ready(), { status: 200, body: 'ok' });
  const renewals = () => it.container.log.filter(({ msg }) => msg === 'renewed the token').length;
  await until('it has renewed the token for more than its TTL', () => renewals() >= 3);
  assert.ok(await it.isGood());
  assert.deepEqual(await it.ready(), { status: 200, body: 'ok' });
  assert.equal(await resultOf(it.container, it.approle), 'done');
  assert.equal(it.container.printed.includes(it.file().clientToken), false);
});

test('SIGTERM has Vault revoke the token, and ends it with 0', async () => {
  await using it = await aSidecar({ tokenTtl: '20m' });
  assert.ok(await it.isGood());
  it.container.signal('SIGTERM');
  assert.equal(await it.container.ended(), 0);
  assert.equal(await it.isGood(), false);
});

test('SIGTERM while Vault is gone ends it with 1, and says that the token lives on', async () => {
  await using it = await aSidecar({ tokenTtl: '20m' });
  await it.vault[Symbol.asyncDispose]();
  it.container.signal('SIGTERM');
  assert.equal(await it.container.ended(), 1);
  assert.ok(it.container.says(/^could not revoke the token: it is good until its TTL is over$/));
});

test('a token near its max TTL is replaced: the file says what is left, and the end comes before its own', async () => {
  await using it = await aSidecar({ tokenTtl: '4s', tokenMaxTtl: '7s' });
  assert.equal(await it.container.ended(), 3);
  assert.ok(it.file().leaseDuration < 4, `${it.file().leaseDuration}`);
  assert.ok(it.container.says(/^ending for a push of another token/));
  assert.equal(it.container.says(/^the token has expired/), false);
});
