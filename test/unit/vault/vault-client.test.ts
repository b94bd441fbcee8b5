import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import {
  createVaultClient,
  type VaultClientOptions,
  type VaultRequest,
} from '../../../src/vault/client/vault-client.ts';
import { isVaultError, type VaultError } from '../../../src/vault/client/vault-error.ts';
import { VaultSettingError } from '../../../src/vault/client/vault-settings.ts';
import { answeringServer, json, type Reaction } from '../../support/servers/answering-server.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const TOKEN = new Secret('hvs.client-token-of-the-test');
const BODY_SECRET = new Secret('9f1c-secret-id-of-the-test');

const REQUEST: VaultRequest = {
  name: 'try the test',
  method: 'POST',
  path: 'auth/team a/test',
  body: { plain: 'x', secret: BODY_SECRET },
};

function client(address: string, options: Partial<VaultClientOptions> = {}) {
  return createVaultClient({ address, token: () => TOKEN, ...options }, systemClock);
}

async function errorOf(promise: Promise<unknown>): Promise<VaultError> {
  const error = await promise.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(isVaultError(error), String(error));
  return error;
}

async function errorFor(reaction: Reaction): Promise<VaultError> {
  await using server = await answeringServer(() => reaction);
  return await errorOf(client(server.origin).send(REQUEST));
}

test('a request carries token, namespace, wrap TTL, and its secrets in the body alone', async () => {
  await using server = await answeringServer(() => json({ ok: true }));
  const vault = client(`${server.origin}/base/`, { namespace: 'team/a' });
  assert.equal(await vault.send({ ...REQUEST, wrapTtlSeconds: 60 }), '{"ok":true}');

  const [request] = server.requests;
  assert.equal(request?.method, 'POST');
  assert.equal(request?.path, '/base/v1/auth/team%20a/test');
  assert.deepEqual(JSON.parse(request?.body ?? ''), { plain: 'x', secret: BODY_SECRET.reveal() });
  const { headers } = request ?? {};
  assert.equal(headers?.['x-vault-token'], TOKEN.reveal());
  assert.equal(headers?.['x-vault-namespace'], 'team/a');
  assert.equal(headers?.['x-vault-wrap-ttl'], '60s');
  assert.equal(headers?.['x-vault-request'], 'true');
});

test('the token is asked for before each request, and left out where the request says so', async () => {
  await using server = await answeringServer(() => json({}));
  let current = new Secret('hvs.first');
  const vault = client(server.origin, { token: () => current });
  await vault.send(REQUEST);
  current = new Secret('hvs.renewed');
  await vault.send(REQUEST);
  await vault.send({ ...REQUEST, token: 'none' });
  await vault.send({ ...REQUEST, token: new Secret('hvs.its-own') });
  assert.deepEqual(
    server.requests.map(({ headers }) => headers['x-vault-token']),
    ['hvs.first', 'hvs.renewed', undefined, 'hvs.its-own'],
  );
});

test('requests one after the other share one connection, and leave nothing behind on it', async () => {
  await using server = await answeringServer(() => json({}), { https: true });
  const vault = client(server.origin, { ca: server.ca ?? '' });
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  for (let sent = 0; sent < 30; sent += 1) await vault.send(REQUEST);
  process.off('warning', onWarning);
  assert.deepEqual([server.requests.length, server.connections()], [30, 1]);
  assert.deepEqual(warnings, []);
});

test('no more connections are opened than maxSockets says', async () => {
  await using server = await answeringServer(() => json({}));
  const vault = client(server.origin, { maxSockets: 3 });
  await Promise.all(Array.from({ length: 12 }, () => vault.send(REQUEST)));
  assert.deepEqual([server.requests.length, server.connections()], [12, 3]);
});

const errors = (...texts: string[]) => ({ errors: texts });
for (const [what, reaction, kind, maybeDone] of [
  ['403', json(errors('permission denied'), 403), 'denied', undefined],
  ['404 without words', json(errors(), 404), 'missing', undefined],
  ['400', json(errors('one', 'two'), 400), 'rejected', undefined],
  ['429', json(errors('quota exceeded'), 429), 'throttled', false],
  ['500', json(errors('internal error'), 500), 'unavailable', true],
  ['503 of a Vault sealed amid it', json(errors('Vault is sealed'), 503), 'unavailable', true],
  ['502 in HTML', { status: 502, body: '<h1>Bad Gateway</h1>' }, 'unavailable', true],
  ['404 in HTML of some proxy', { status: 404, body: '<h1>nothing here</h1>' }, 'malformed', false],
  ['304', { status: 304 }, 'malformed', false],
] satisfies [string, Reaction, string, boolean | undefined][]) {
  test(`an answer ${what} is an error of kind ${kind}`, async () => {
    const error = await errorFor(reaction);
    assert.equal(error.kind, kind);
    assert.match(error.message, /^try the test: HTTP \d{3} from http:\/\/127\.0\.0\.1:\d+/);
    assert.equal('maybeDone' in error ? error.maybeDone : undefined, maybeDone);
  });
}

test("Vault's own words are in the error, all of them", async () => {
  const error = await errorFor(json(errors('one', 'two'), 400));
  assert.match(error.detail, /: one; two$/);
});

test('S18 secrets of the request that Vault repeats are blanked out of the error', async () => {
  const [token, secret] = [TOKEN.reveal(), BODY_SECRET.reveal()];
  const forms = [token, secret, encodeURIComponent(token), btoa(secret)];
  for (const status of [400, 403, 404, 429, 500, 503]) {
    for (const body of [JSON.stringify(errors(...forms)), forms.join('\n')]) {
      const error = await errorFor({ status, body });
      for (const form of forms) assert.equal(error.message.includes(form), false, error.message);
      assert.match(error.message, /\[secret\]/);
      assert.doesNotMatch(error.message, /\n/);
    }
  }
});

for (const [what, reaction, kind] of [
  ['a connection closed without an answer', (socket) => socket.destroy(), 'unreachable'],
  [
    'a connection closed within the answer',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"a'),
    'unreachable',
  ],
  [
    'an answer that is no HTTP',
    (socket) => socket.end('SSH-2.0-hvs.their-secret\r\n'),
    'malformed',
  ],
  ['an answer beyond 1 MiB', { status: 200, body: 'x'.repeat(1024 * 1024 + 1) }, 'malformed'],
] satisfies [string, Reaction, string][]) {
  test(`S31 ${what} is an error of kind ${kind}, and Vault may have acted`, async () => {
    const error = await errorFor(reaction);
    assert.deepEqual([error.kind, 'maybeDone' in error && error.maybeDone], [kind, true]);
    assert.equal(JSON.stringify(error.cause ?? '').includes('their-secret'), false);
  });
}

test('an answer of 1 MiB is read', async () => {
  await using server = await answeringServer(() => ({
    status: 200,
    body: 'x'.repeat(1024 * 1024),
  }));
  assert.equal((await client(server.origin).send(REQUEST)).length, 1024 * 1024);
});

test('a Vault that nobody listens for is unreachable, and has certainly not acted', async () => {
  const server = await answeringServer(() => json({}));
  await server[Symbol.asyncDispose]();
  const error = await errorOf(client(server.origin).send(REQUEST));
  assert.deepEqual([error.kind, 'maybeDone' in error && error.maybeDone], ['unreachable', false]);
  assert.match(error.detail, new RegExp(`ECONNREFUSED.*\\(${server.origin}\\)`));
});

test('a certificate that the CA did not sign is unreachable, and no byte of the request went out', async () => {
  await using server = await answeringServer(() => json({}), { https: true });
  await using other = await answeringServer(() => json({}), { https: true });
  for (const options of [{}, { ca: other.ca ?? '' }]) {
    const error = await errorOf(client(server.origin, options).send(REQUEST));
    assert.deepEqual([error.kind, 'maybeDone' in error && error.maybeDone], ['unreachable', false]);
    assert.match(error.detail, /^self-signed certificate \(https:/);
  }
  assert.equal(server.requests.length, 0);
});

test('a request ends at its deadline, with the connection closed', async () => {
  const closed = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  await using server = await answeringServer(() => (socket) => {
    socket.once('close', () => closed.resolve());
    asked.resolve();
  });
  const clock = virtualClock();
  const vault = createVaultClient({ address: server.origin }, clock);
  const failed = errorOf(vault.send(REQUEST, { deadlineMs: 3_000 }));
  await asked.promise;
  clock.advance(2_999);
  assert.equal(clock.nextWake(), 3_000);
  clock.advance(1);
  const error = await failed;
  assert.deepEqual([error.kind, 'maybeDone' in error && error.maybeDone], ['unreachable', true]);
  await closed.promise;
  assert.equal(clock.nextWake(), undefined);
});

test('a request ends when its signal aborts, with the reason of the signal', async () => {
  const abort = new AbortController();
  await using server = await answeringServer(() => () => abort.abort(new Error('enough')));
  const vault = client(server.origin);
  await assert.rejects(vault.send(REQUEST, { signal: abort.signal }), /^Error: enough$/);
  await assert.rejects(vault.send(REQUEST, { signal: abort.signal }), /^Error: enough$/);
  assert.equal(server.requests.length, 1);
});

test('close ends what is under way', async () => {
  const asked = Promise.withResolvers<void>();
  await using server = await answeringServer(() => () => asked.resolve());
  const vault = client(server.origin);
  const failed = errorOf(vault.send(REQUEST));
  await asked.promise;
  vault.close();
  assert.equal((await failed).kind, 'unreachable');
});

const redirectTo = (location: string, status = 307) => ({ status, headers: { location } });

for (const status of [301, 302, 307, 308]) {
  test(`S32 a redirect ${status} is followed once, with method, body and token`, async () => {
    await using active = await answeringServer(() => json({ ok: true }));
    await using standby = await answeringServer(({ path }) =>
      redirectTo(`${active.origin}${path}`, status),
    );
    assert.equal(await client(standby.origin).send(REQUEST), '{"ok":true}');
    const [first, second] = [standby.requests[0], active.requests[0]];
    assert.deepEqual(
      [second?.method, second?.path, second?.body],
      [first?.method, first?.path, first?.body],
    );
    assert.equal(second?.headers['x-vault-token'], TOKEN.reveal());
  });
}

test('S32 a second redirect is not followed', async () => {
  await using server = await answeringServer(({ path }) => redirectTo(path));
  const error = await errorOf(client(server.origin).send(REQUEST));
  assert.deepEqual([error.kind, server.requests.length], ['malformed', 2]);
});

test('S32 a redirect from https to http is not followed', async () => {
  await using plain = await answeringServer(() => json({}));
  await using secure = await answeringServer(() => redirectTo(plain.origin), { https: true });
  const error = await errorOf(client(secure.origin, { ca: secure.ca ?? '' }).send(REQUEST));
  assert.deepEqual([error.kind, plain.requests.length], ['malformed', 0]);
  assert.match(error.detail, /from https to http/);
});

for (const location of ['http://[', 'ftp://127.0.0.1/', '']) {
  test(`S32 a redirect to ${JSON.stringify(location)} is malformed`, async () => {
    assert.equal((await errorFor(redirectTo(location))).kind, 'malformed');
  });
}

test('a token that no header can carry is refused before anything is sent', async () => {
  await using server = await answeringServer(() => json({}));
  const vault = client(server.origin, { token: () => new Secret('hvs.with-newline\n') });
  const error = await errorOf(vault.send(REQUEST));
  assert.deepEqual([error.kind, server.requests.length], ['denied', 0]);
  assert.doesNotMatch(error.message, /hvs/);
});

for (const [setting, options] of [
  ['address', { address: 'vault:8200' }],
  ['address', { address: '' }],
  ['address', { address: 'ftp://vault' }],
  ['address', { address: 'https://user:pass@vault' }],
  ['address', { address: 'https://vault/?x=1' }],
  ['ca', { address: 'https://vault', ca: 'nothing' }],
  [
    'ca',
    {
      address: 'https://vault',
      ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    },
  ],
  ['namespace', { address: 'https://vault', namespace: 'a\r\nx-vault-token: b' }],
] satisfies [string, VaultClientOptions][]) {
  test(`the client refuses the ${setting} in ${JSON.stringify(options)}`, () => {
    assert.throws(
      () => createVaultClient(options, systemClock),
      (error) => error instanceof VaultSettingError && error.setting === setting,
    );
  });
}
