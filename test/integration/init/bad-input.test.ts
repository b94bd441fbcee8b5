import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect as connectPlain, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { LARGEST_PUSH_BYTES } from '../../../src/wire/push.ts';
import { InitContainer } from '../../support/init/init-container.ts';
import { post } from '../../support/init/post.ts';
import { goodPush, scriptedVault } from '../../support/init/scripted-vault.ts';
import { until, within } from '../../support/until.ts';

/** An init container that accepts secret_ids of the role web, and the Vault it is pinned to. */
async function aPinnedContainer() {
  await using starting = new AsyncDisposableStack();
  const vault = starting.use(await scriptedVault());
  const environment = { VAULT_ADDR: vault.origin, VAULT_APPROLE: 'web' };
  const container = starting.use(await InitContainer.listening({ environment }));
  const started = starting.move();
  return {
    vault,
    container,
    /** Pushes what can be exchanged, which ends the container well. */
    async succeed() {
      const reply = await container.push(goodPush(vault.origin));
      assert.deepEqual(
        [reply.kind, reply.kind === 'answered' && reply.result],
        ['answered', 'exchanged'],
      );
      assert.equal(await container.ended(), 0);
      assert.deepEqual(container.files(), ['vault-token']);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function open(container: InitContainer): Promise<Socket> {
  const socket = connectPlain(container.port, container.host);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function openTls(container: InitContainer): Promise<TLSSocket> {
  const { host, port } = container;
  const socket = connectTls({ host, port, rejectUnauthorized: false });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

async function letGo(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await within('the connection is closed', once(socket, 'close'), 20_000);
}

const PUSH = '{"token":"hvs.x","ttl":60,"vaultAddr":"https://vault"';

for (const [what, body, reason] of [
  ['that is empty', '', 'the body is not JSON'],
  ['that is not JSON', 'token=x', 'the body is not JSON'],
  ['{}', '{}', 'token is missing'],
  ['[]', '[]', 'the body is not a JSON object'],
  ['null', 'null', 'the body is not a JSON object'],
  ['with a token that is a number', '{"token":7}', 'token is not a string'],
  ['without ttl', '{"token":"x"}', 'ttl is not a positive number of seconds'],
  ['with a ttl of 0', '{"token":"x","ttl":0}', 'ttl is not a positive number of seconds'],
  ['without vaultAddr', '{"token":"x","ttl":60}', 'vaultAddr is missing'],
  [
    'with CAs that are none',
    `${PUSH},"vaultCAs":"AAAA"}`,
    'vaultCAs is not the base64 of PEM certificates',
  ],
  ['beyond 1 MiB', 'x'.repeat(LARGEST_PUSH_BYTES + 1), 'the body is larger than 1 MiB'],
] as const) {
  test(`S20 a body ${what} is told so, and leaves it waiting`, async () => {
    await using it = await aPinnedContainer();
    const reply = await it.container.post(body);
    assert.deepEqual(reply, { kind: 'answered', result: 'bad-push', reason, tokenUsed: false });
    await it.succeed();
  });
}

for (const [what, fields, reason] of [
  ['an address that is none', { vaultAddr: 'nowhere' }, /^vaultAddr is not a URL/],
  ['a mount that leads elsewhere', { appRoleMount: '../sys' }, /^appRoleMount is not the path/],
  [
    'a namespace that no header can carry',
    { vaultNamespace: 'a\nb' },
    /^vaultNamespace is not a name/,
  ],
  [
    'certificates that cannot be read',
    { vaultCAs: btoa('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----') },
    /^vaultCAs holds a PEM certificate that cannot be read/,
  ],
] as const) {
  test(`S20 without pins, a push with ${what} is told so`, async () => {
    await using container = await InitContainer.listening();
    const push = { token: 'hvs.x', ttl: 60, vaultAddr: 'https://127.0.0.1:9', ...fields };
    const reply = await container.post(JSON.stringify(push));
    assert.ok(reply.kind === 'answered' && reply.result === 'bad-push', JSON.stringify(reply));
    assert.match(reply.reason, reason);
  });
}

test('S20 other paths are 404, other methods 405, and a query changes nothing', async () => {
  await using it = await aPinnedContainer();
  const { host, port } = it.container;
  const status = async (method: string, path: string, body = '{}') =>
    (await post({ host, port, method, path, body })).status;
  assert.equal(await status('POST', '/other'), 404);
  assert.equal(await status('GET', '/other', ''), 404);
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'BREW']) {
    assert.ok([405, 400].includes(await status(method, '/', '')), method);
  }
  assert.equal(await status('POST', '/?x=1'), 400);
  await it.succeed();
});

test('S20 what is no HTTP, or no TLS, is dropped', async () => {
  await using it = await aPinnedContainer();
  const plain = await open(it.container);
  plain.write('POST / HTTP/1.1\r\nhost: x\r\n\r\n');
  const secret = await openTls(it.container);
  secret.write('\x00\x01nonsense\r\n\r\n');
  await Promise.all([plain, secret].map((socket) => letGo(socket)));
  await it.succeed();
});

test('S20 a peer that goes away within its request, or before its answer, changes nothing', async () => {
  await using it = await aPinnedContainer();
  const head = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 30\r\n\r\n';
  for (const sent of ['', 'POST / HT', head, `${head}{"token`, `${head}{"a":1}${' '.repeat(23)}`]) {
    const socket = await openTls(it.container);
    socket.write(sent);
    socket.destroy();
  }
  await it.succeed();
});

test('S20 slow clients are let go, however they are slow', async () => {
  await using it = await aPinnedContainer();
  const head = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n';
  const silent = await open(it.container);
  const [noHead, halfHead, noBody] = [
    await openTls(it.container),
    await openTls(it.container),
    await openTls(it.container),
  ];
  halfHead.write(head.slice(0, 20));
  noBody.write(head);
  await Promise.all([silent, noHead, halfHead, noBody].map((socket) => letGo(socket)));
  await it.succeed();
});

test('S20 a good push is served while 100 connections and more say nothing, or too little', async () => {
  await using it = await aPinnedContainer();
  const held: Socket[] = [];
  for (let opened = 0; opened < 70; opened += 1) held.push(await open(it.container));
  for (let opened = 0; opened < 70; opened += 1) {
    const socket = await openTls(it.container);
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{');
    held.push(socket);
  }
  for (const socket of held) socket.resume();
  await until(
    'those beyond 100 are closed',
    () => held.filter(({ closed }) => closed).length >= 40,
  );
  const closed = held.flatMap((socket, at) => (socket.closed ? [at] : []));
  assert.deepEqual(closed, [...Array(40).keys()], 'the oldest, and no others');
  await it.succeed();
  for (const socket of held) socket.destroy();
});

test('S20 S22 junk that names Vaults which never answer does not keep a good push waiting', async () => {
  await using vault = await scriptedVault();
  const listening: Socket[] = [];
  await using blackHole = createServer((socket) => listening.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => blackHole.listen(0, '127.0.0.1', resolve));
  const { port } = blackHole.address() as AddressInfo;
  await using container = await InitContainer.listening();
  const junk = Array.from({ length: 8 }, () =>
    container.push(goodPush(`http://127.0.0.1:${port}`)).catch(() => undefined),
  );
  await until('the junk is looked up', () => listening.length >= 4);
  const reply = await container.push(goodPush(vault.origin));
  assert.equal(reply.kind === 'answered' && reply.result, 'exchanged');
  const others = await Promise.all(junk);
  for (const other of others) assert.equal(other?.kind === 'answered' && other.result, 'busy');
  for (const socket of listening) socket.destroy();
});
