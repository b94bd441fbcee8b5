import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { InitContainer, type InitOptions } from '../../support/init/init-container.ts';
import { post } from '../../support/init/post.ts';
import { goodPush, scriptedVault } from '../../support/init/scripted-vault.ts';
import { freePort } from '../../support/real/process/free-port.ts';
import { until } from '../../support/until.ts';

type Environment = NonNullable<InitOptions['environment']>;

async function endOf(environment: Environment, args: readonly string[] = []) {
  await using container = new InitContainer({ environment, args });
  return { code: await container.ended(), printed: container.printed, log: container.log };
}

test('S28 every variable that is wrong is named at once, with exit code 2', async () => {
  const environment = { VAULT_ROLE_ID: undefined, TIMEOUT: 'soon', VAULT_APPROLE: 'web' };
  const { code, log } = await endOf(environment);
  assert.equal(code, 2);
  assert.deepEqual(
    log.map(({ variable }) => variable),
    ['VAULT_ROLE_ID', 'TIMEOUT', 'VAULT_APPROLE'],
  );
});

test('the version, the help and a wrong argument', async () => {
  const manifest = readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  for (const args of [['version'], ['--version'], ['-version']]) {
    const { code, printed } = await endOf({}, args);
    assert.deepEqual([code, printed], [0, `${version}\n`]);
  }
  for (const args of [['--help'], ['-h'], ['help']]) {
    const { code, printed } = await endOf({}, args);
    assert.deepEqual([code, /VAULT_ROLE_ID +the AppRole's role_id/.test(printed)], [0, true]);
  }
  for (const args of [['serve'], ['version', 'now']]) {
    const { code, printed } = await endOf({}, args);
    assert.deepEqual([code, /^unknown arguments: /.test(printed)], [2, true]);
  }
});

test('S28 a port in use is exit code 1 at once, with the address', async () => {
  await using first = await InitContainer.listening();
  const { code, log } = await endOf({ LISTEN_ADDRESS: first.host });
  assert.equal(code, 1);
  assert.match(
    log.at(-1)?.msg ?? '',
    new RegExp(`^cannot listen on ${first.host}:50000: .*EADDRINUSE`),
  );
});

test('S27 a credentials directory that is missing is exit code 1 at once', async () => {
  const { code, log } = await endOf({ CREDENTIALS_PATH: '/nowhere/at/all' });
  assert.equal(code, 1);
  assert.match(log.at(-1)?.msg ?? '', /^cannot write \/nowhere\/at\/all: the directory is missing/);
});

test('S28 without a push, TIMEOUT ends it with exit code 1 and a list of what to check', async () => {
  const { code, log } = await endOf({ TIMEOUT: '50ms' });
  assert.equal(code, 1);
  const said = log.at(-1)?.msg ?? '';
  for (const part of [
    'pod.boostport.com/vault-approle',
    'pod.boostport.com/vault-init-container',
    'kubernetes.watchNamespace',
    'controller is running',
    'TCP port 50000',
  ]) {
    assert.ok(said.includes(part), part);
  }
});

test('S28 after pushes in vain, TIMEOUT says what came of the last', async () => {
  await using vault = await scriptedVault();
  const environment = { VAULT_ADDR: vault.origin, VAULT_APPROLE: 'another', TIMEOUT: '2s' };
  await using container = await InitContainer.listening({ environment });
  await container.push(goodPush(vault.origin));
  assert.equal(await container.ended(), 1);
  assert.match(container.log.at(-1)?.msg ?? '', /pushes: 1, the last answered with pin-mismatch: /);
});

/** A container in the middle of an exchange: its login waits at Vault. */
async function exchanging(environment: Environment = {}) {
  const vault = await scriptedVault();
  vault.holdLogins();
  const pins = { VAULT_ADDR: vault.origin, VAULT_APPROLE: 'web' };
  const container = await InitContainer.listening({ environment: { ...pins, ...environment } });
  const answer = container.push(goodPush(vault.origin)).then(
    (reply) => (reply.kind === 'answered' ? reply.result : reply.kind),
    () => 'no answer',
  );
  await until('Vault is asked for a login', () => vault.held() > 0);
  return {
    vault,
    container,
    answer,
    async [Symbol.asyncDispose]() {
      await container[Symbol.asyncDispose]();
      await vault[Symbol.asyncDispose]();
    },
  };
}

test('S22 while one push is exchanged, others are told busy, and the first is served', async () => {
  await using it = await exchanging();
  for (let others = 0; others < 3; others += 1) {
    const reply = await it.container.push(goodPush(it.vault.origin));
    assert.equal(reply.kind === 'answered' && reply.result, 'busy');
  }
  it.vault.release();
  assert.equal(await it.answer, 'exchanged');
  assert.equal(await it.container.ended(), 0);
});

test('S28 an exchange that is under way at TIMEOUT may end', async () => {
  await using it = await exchanging({ TIMEOUT: '300ms' });
  await until('TIMEOUT is over', () => it.container.says(/^the time is up \(TIMEOUT\)/));
  it.vault.release();
  assert.equal(await it.answer, 'exchanged');
  assert.equal(await it.container.ended(), 0);
});

/** A connection that has sent a good push. */
function open({ host, port }: InitContainer): TLSSocket {
  const { token, ...push } = goodPush('https://vault');
  const body = JSON.stringify({ token: token.reveal(), ...push });
  const peer = connect({ host, port, rejectUnauthorized: false });
  peer.on('error', () => {});
  peer.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  return peer;
}

test('S21 the credential is delivered although its peer has gone before the answer', async () => {
  await using vault = await scriptedVault();
  vault.holdLogins();
  const environment = { VAULT_ADDR: vault.origin };
  await using container = await InitContainer.listening({ environment });
  const peer = open(container);
  await until('Vault is asked for a login', () => vault.held() > 0);
  peer.destroy();
  vault.release();
  assert.equal(await container.ended(), 0);
  assert.deepEqual(container.files(), ['vault-token']);
});

test('S21 a peer that does not read its answer does not keep the pod from its start', async () => {
  await using vault = await scriptedVault();
  await using container = await InitContainer.listening({
    environment: { VAULT_ADDR: vault.origin },
  });
  const peer = open(container);
  peer.pause();
  await until('the credential is written', () => container.files().includes('vault-token'));
  assert.equal(await container.ended(), 0);
  peer.destroy();
});

test('S29 SIGTERM ends it at once while it waits, and while it exchanges, with nothing written', async () => {
  await using waiting = await InitContainer.listening();
  waiting.signal('SIGTERM');
  assert.equal(await waiting.ended(), 143);
  await using it = await exchanging();
  it.container.signal('SIGTERM');
  assert.equal(await it.container.ended(), 143);
  assert.equal(await it.answer, 'no answer');
  assert.deepEqual(it.container.files(), []);
});

for (const [what, address, reached, missed] of [
  ['an IPv4 address', '127.0.0.1', ['127.0.0.1'], ['::1']],
  ['an IPv6 address', '::1', ['::1'], ['127.0.0.1']],
  ['no address', undefined, ['127.0.0.1', '::1'], []],
] as const) {
  test(`S29 with ${what} in LISTEN_ADDRESS it is reached at ${reached.join(' and ')}`, async () => {
    const port = await freePort('::');
    const environment = { LISTEN_ADDRESS: address, LISTEN_PORT: String(port) };
    await using container = await InitContainer.listening({ environment });
    assert.ok(container.printed.includes(`:${port}"`));
    for (const host of reached) assert.equal((await post({ host, port, body: '{}' })).status, 400);
    for (const host of missed)
      await assert.rejects(post({ host, port, body: '{}' }), /ECONNREFUSED/);
  });
}
