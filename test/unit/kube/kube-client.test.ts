import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { KubeAccess, KubeCredentials } from '../../../src/kube/api/credentials.ts';
import { createKubeClient, type KubeRequest } from '../../../src/kube/api/kube-client.ts';
import { isKubeError, type KubeError } from '../../../src/kube/api/kube-error.ts';
import { answeringServer, json, type Reaction } from '../../support/servers/answering-server.ts';
import { until } from '../../support/until.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const TOKEN = 'a-bearer-token-of-the-test';
const REQUEST: KubeRequest = { name: 'try the test', path: '/api/test', deadlineMs: 30_000 };

function access(origin: string, tls: KubeAccess['tls'] = {}): KubeAccess {
  return { server: new URL(origin), tls, token: new Secret(TOKEN), headers: {} };
}

function always(given: KubeAccess): KubeCredentials {
  return { access: () => Promise.resolve(given), refused: () => {} };
}

function client(origin: string, tls?: KubeAccess['tls']) {
  return createKubeClient(always(access(origin, tls)), systemClock);
}

async function errorOf(promise: Promise<unknown>): Promise<KubeError> {
  const error = await promise.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(isKubeError(error), String(error));
  assert.ok(!String(error).includes(TOKEN));
  return error;
}

async function errorFor(reaction: Reaction): Promise<KubeError> {
  await using server = await answeringServer(() => reaction);
  return await errorOf(client(server.origin).json(REQUEST));
}

test('a request says who we are and what we want', async () => {
  await using server = await answeringServer(() => json({ ok: true }));
  const kube = createKubeClient(
    always({ ...access(`${server.origin}/k8s/c1/`), headers: { 'Impersonate-User': 'ann' } }),
    systemClock,
  );
  const body = { contentType: 'application/merge-patch+json', value: { a: 1 } };
  const query = { labelSelector: 'a=b,c!=d' };
  assert.deepEqual(await kube.json({ ...REQUEST, method: 'PATCH', query, body }), { ok: true });
  const [request] = server.requests;
  assert.equal(request?.method, 'PATCH');
  assert.equal(request?.path, '/k8s/c1/api/test?labelSelector=a%3Db%2Cc%21%3Dd');
  assert.equal(request?.body, '{"a":1}');
  assert.equal(request?.headers.authorization, `Bearer ${TOKEN}`);
  assert.equal(request?.headers['content-type'], 'application/merge-patch+json');
  assert.equal(request?.headers['impersonate-user'], 'ann');
  assert.equal(request?.headers.accept, 'application/json');
});

test('a request of any method may carry a body, and the next one is not disturbed by it', async () => {
  await using server = await answeringServer(() => json({}));
  const kube = client(server.origin);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    const body = { contentType: 'application/json', value: { name: 'ü' } };
    await kube.json({ ...REQUEST, method, body });
    assert.equal(server.requests.at(-1)?.body, '{"name":"ü"}');
  }
  assert.equal(server.connections(), 1);
});

test('requests one after the other share one connection', async () => {
  await using server = await answeringServer(() => json({}), { https: true });
  const kube = client(server.origin, { ca: server.ca });
  for (let sent = 0; sent < 20; sent++) await kube.json(REQUEST);
  assert.equal(server.connections(), 1);
  kube.close();
});

test('after a connection has failed, idle ones are not trusted either', async () => {
  await using server = await answeringServer(({ path }) =>
    path === '/reset' ? (socket) => socket.destroy() : json({}),
  );
  const kube = client(server.origin);
  await Promise.all([kube.json(REQUEST), kube.json(REQUEST)]);
  assert.equal(server.connections(), 2);
  await errorOf(kube.json({ ...REQUEST, path: '/reset' }));
  await kube.json(REQUEST);
  assert.equal(server.connections(), 3);
});

test('a refusal has its kind, and the server’s message without our token', async () => {
  const message = `User "x" cannot list, token ${TOKEN}`;
  const error = await errorFor(json({ kind: 'Status', message }, 403));
  assert.equal(error.kind, 'forbidden');
  assert.equal(error.message, 'try the test: 403 User "x" cannot list, token [secret]');
});

test('a refusal that is text, as of a proxy, or nothing, is told as it is', async () => {
  const proxy = await errorFor({ status: 502, body: '<h1>Bad Gateway</h1>' });
  assert.equal(proxy.kind, 'server');
  assert.equal(proxy.detail, '502 <h1>Bad Gateway</h1>');
  assert.equal((await errorFor({ status: 401 })).detail, '401 no reason given');
});

test('a redirect is not followed', async () => {
  await using other = await answeringServer(() => json({}));
  const error = await errorFor({ status: 302, headers: { location: other.origin } });
  assert.equal(error.kind, 'rejected');
  assert.equal(other.requests.length, 0);
});

test('Retry-After comes with the error', async () => {
  const error = await errorFor({ status: 429, headers: { 'retry-after': '5' } });
  assert.ok(error.retryable);
  assert.equal(error.kind, 'throttled');
  assert.equal(error.retryAfterMs, 5_000);
});

test('an answer that is not JSON is malformed, and not repeated', async () => {
  const error = await errorFor({ status: 200, body: 'secret words' });
  assert.equal(error.kind, 'malformed');
  assert.ok(!error.message.includes('secret words'));
});

test('after a 401 the credentials are asked to read themselves anew', async () => {
  await using server = await answeringServer(({ headers }) =>
    headers.authorization === 'Bearer the-new-token' ? json({ ok: true }) : json({}, 401),
  );
  let token = TOKEN;
  const credentials: KubeCredentials = {
    access: async () => ({ ...access(server.origin), token: new Secret(token) }),
    refused: () => {
      token = 'the-new-token';
    },
  };
  const kube = createKubeClient(credentials, systemClock);
  assert.equal((await errorOf(kube.json(REQUEST))).kind, 'unauthorized');
  assert.deepEqual(await kube.json(REQUEST), { ok: true });
});

test('credentials that cannot be read say why', async () => {
  const broken: KubeCredentials = {
    access: () => Promise.reject(new Error('ENOENT: token')),
    refused: () => {},
  };
  const error = await errorOf(createKubeClient(broken, systemClock).json(REQUEST));
  assert.equal(error.kind, 'unauthorized');
  assert.equal(error.message, 'try the test: no credentials: ENOENT: token');
});

test('a server whose certificate is not of our CA gets no request', async () => {
  await using server = await answeringServer(() => json({}), { https: true });
  await using other = await answeringServer(() => json({}), { https: true });
  const error = await errorOf(client(server.origin, { ca: other.ca }).json(REQUEST));
  assert.equal(error.kind, 'unreachable');
  assert.equal(server.requests.length, 0);
});

test('nobody listening is unreachable', async () => {
  const server = await answeringServer(() => json({}));
  await server[Symbol.asyncDispose]();
  const error = await errorOf(client(server.origin).json(REQUEST));
  assert.equal(error.kind, 'unreachable');
  assert.match(error.message, /ECONNREFUSED/);
});

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n';

test('S2 an answer that is cut at any byte is unreachable, or of the cut, never a value', async () => {
  const whole = `${HEAD}{"a":"b"}`;
  for (let length = 0; length < whole.length; length++) {
    const error = await errorFor((socket) => socket.end(whole.slice(0, length)));
    assert.equal(error.kind, 'unreachable', `cut after ${length} bytes`);
  }
});

/** A TCP server that does with a connection what it is told, and says when it has one. */
async function rawServer(react: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {}).resume();
    react(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const SILENCES: ReadonlyArray<[string, string]> = [
  ['says nothing', ''],
  ['stops within the head', HEAD.slice(0, 20)],
  ['stops within the body', `${HEAD}{"a"`],
];

for (const [title, said] of SILENCES) {
  test(`a server that ${title} is left at the deadline`, async () => {
    await using server = await rawServer((socket) => socket.once('data', () => socket.write(said)));
    const clock = virtualClock();
    const origin = `http://127.0.0.1:${server.port}`;
    const failure = errorOf(createKubeClient(always(access(origin)), clock).json(REQUEST));
    await until('the request has come', () => (server.sockets[0]?.bytesRead ?? 0) > 0);
    clock.advance(30_000);
    const error = await failure;
    assert.equal(error.kind, 'unreachable');
    assert.equal(error.detail, 'no whole answer within 30 s');
    await until('the connection is closed', () => server.sockets[0]?.destroyed);
    assert.equal(clock.nextWake(), undefined);
  });
}

test('a TLS handshake that does not end is given up after 10 s, though the request has no deadline', async () => {
  await using server = await rawServer(() => {});
  const clock = virtualClock();
  const origin = `https://127.0.0.1:${server.port}`;
  const kube = createKubeClient(always(access(origin)), clock);
  const failure = errorOf(kube.json({ ...REQUEST, deadlineMs: undefined }));
  await until('it has connected', () => server.sockets.length > 0);
  clock.advance(10_000);
  assert.equal((await failure).detail, 'no connection within 10 s');
});

test('a stream is told piece by piece, and has no deadline', async () => {
  await using server = await rawServer((socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n');
    }),
  );
  const clock = virtualClock();
  const kube = createKubeClient(always(access(`http://127.0.0.1:${server.port}`)), clock);
  const pieces = kube.stream({ ...REQUEST, deadlineMs: undefined });
  assert.equal(String((await pieces.next()).value), 'one');
  assert.equal(clock.nextWake(), undefined);
  server.sockets[0]?.write('3\r\ntwo\r\n');
  assert.equal(String((await pieces.next()).value), 'two');
  server.sockets[0]?.destroy();
  const error = await errorOf(pieces.next());
  assert.equal(error.kind, 'unreachable');
});

test('whoever aborts gets his own reason, and the connection is closed', async () => {
  await using server = await rawServer(() => {});
  const abort = new AbortController();
  const kube = client(`http://127.0.0.1:${server.port}`);
  const outcome = assert.rejects(kube.json({ ...REQUEST, signal: abort.signal }), /enough/);
  await until('it has connected', () => server.sockets.length > 0);
  abort.abort(new Error('enough'));
  await outcome;
  await until('the connection is closed', () => server.sockets[0]?.destroyed);
});

test('whoever stops reading a stream closes its connection', async () => {
  await using server = await rawServer((socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n');
    }),
  );
  for await (const _ of client(`http://127.0.0.1:${server.port}`).stream(REQUEST)) break;
  await until('the connection is closed', () => server.sockets[0]?.destroyed);
});
