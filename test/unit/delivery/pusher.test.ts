import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { PushOutcome } from '../../../src/delivery/input.ts';
import { httpsPusher } from '../../../src/delivery/pusher.ts';
import type { WrappingToken } from '../../../src/delivery/wrapping-token.ts';
import { encodeAnswer, type Result, STATUS_OF } from '../../../src/wire/answer.ts';
import { parseRoleName } from '../../../src/wire/role-name.ts';
import {
  freePort,
  greetingPeer,
  type Peer,
  reset,
  tcpPeer,
  tlsPeer,
} from '../../support/servers/tls-peer.ts';
import { until } from '../../support/until.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const TOKEN: WrappingToken = {
  secret: new Secret('hvs.CAESIwrapping-token-of-the-test'),
  role: parseRoleName('web') ?? assert.fail(),
  accessor: 'accessor-1',
  creationTime: '2026-01-01T00:00:00.123456789Z',
  ttlMs: 60_000,
  askedAt: 0,
};

const SETTINGS = {
  vaultAddr: 'https://vault:8200',
  vaultCas: '-----BEGIN CERTIFICATE-----\n',
  appRoleMount: 'approle',
  vaultNamespace: 'team/a',
};

interface Attempt {
  readonly outcome: Promise<PushOutcome>;
  readonly abort: AbortController;
  isConnected(): boolean;
}

function push(
  { port }: Pick<Peer, 'port'>,
  { clock = systemClock as Clock, ip = '127.0.0.1' } = {},
): Attempt {
  const abort = new AbortController();
  let connections = 0;
  const onConnected = () => {
    connections += 1;
  };
  const pusher = httpsPusher(() => SETTINGS, clock);
  const outcome = pusher.push({ ip, port }, TOKEN, { signal: abort.signal, onConnected });
  return { outcome, abort, isConnected: () => connections === 1 };
}

/** The whole way with one peer; no socket is left open. */
async function pushTo(peer: Peer): Promise<PushOutcome> {
  const outcome = await push(peer).outcome;
  await allClosed(peer);
  return outcome;
}

async function allClosed(peer: Peer): Promise<void> {
  await until('every connection is closed', () => peer.open() === 0);
}

function respond(status: string, body = '', headers = ''): string {
  return `HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
}

const answering = (response: string) => (socket: TLSSocket) => void socket.write(response);

test('S10 the push says all that the contract has it say', async () => {
  await using peer = await tlsPeer(answering(respond('200 OK')));
  await pushTo(peer);
  const [head = '', body = ''] = (peer.received[0] ?? '').split('\r\n\r\n');
  assert.match(head, /^POST \/ HTTP\/1\.1\r\n/);
  assert.match(head, /^content-type: application\/json$/im);
  assert.match(head, new RegExp(`^host: 127\\.0\\.0\\.1:${peer.port}$`, 'im'));
  assert.deepEqual(JSON.parse(body), {
    token: TOKEN.secret.reveal(),
    creationTime: TOKEN.creationTime,
    ttl: 60,
    vaultAddr: SETTINGS.vaultAddr,
    vaultCAs: Buffer.from(SETTINGS.vaultCas).toString('base64'),
    role: 'web',
    appRoleMount: 'approle',
    vaultNamespace: 'team/a',
  });
});

test('S29 an IPv6 address is pushed to as well', async () => {
  await using peer = await tlsPeer(answering(respond('200 OK')), '::1');
  assert.deepEqual(await push(peer, { ip: '::1' }).outcome, {
    kind: 'replied',
    reply: { kind: 'taken' },
  });
  assert.match(peer.received[0] ?? '', new RegExp(`^host: \\[::1\\]:${peer.port}$`, 'im'));
});

for (const [result, status] of Object.entries(STATUS_OF) as [Result, number][]) {
  test(`S21 the answer ${result} is understood`, async () => {
    const answer = { result, reason: 'why', tokenUsed: true };
    await using peer = await tlsPeer(answering(respond(`${status} X`, encodeAnswer(answer))));
    assert.deepEqual(await pushTo(peer), {
      kind: 'replied',
      reply: { kind: 'answered', ...answer },
    });
  });
}

const EXCHANGED = encodeAnswer({ result: 'exchanged', reason: '', tokenUsed: true });

const REPLIES: readonly [what: string, response: string, reply: object][] = [
  ['a 200 without a body, as of the original', respond('200 OK'), { kind: 'taken' }],
  ['a 204', 'HTTP/1.1 204 No Content\r\n\r\n', { kind: 'taken' }],
  ['a 200 with anything in it', respond('200 OK', 'OK!'), { kind: 'taken' }],
  ['a 500', respond('500 No'), { kind: 'foreign', status: 500, text: '' }],
  [
    'a 500 that says exchanged',
    respond('500 No', EXCHANGED),
    { kind: 'foreign', status: 500, text: EXCHANGED },
  ],
  [
    'a 200 that says busy',
    respond('200 OK', '{"result":"busy"}'),
    { kind: 'foreign', status: 200, text: '{"result":"busy"}' },
  ],
  [
    'an unknown result',
    respond('418 Tea', '{"result":"tea"}'),
    { kind: 'foreign', status: 418, text: '{"result":"tea"}' },
  ],
  [
    'a result that every object has',
    respond('500 No', '{"result":"toString"}'),
    { kind: 'foreign', status: 500, text: '{"result":"toString"}' },
  ],
  [
    'a redirect',
    respond('307 Go', '', 'location: https://127.0.0.1:1/\r\n'),
    { kind: 'foreign', status: 307, text: '' },
  ],
  ['a 100 before the 200', `HTTP/1.1 100 Continue\r\n\r\n${respond('200 OK')}`, { kind: 'taken' }],
  [
    'early hints before the 200',
    `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${respond('200 OK')}`,
    { kind: 'taken' },
  ],
];

for (const [what, response, reply] of REPLIES) {
  test(`S10 the reply to a push: ${what}`, async () => {
    await using peer = await tlsPeer(answering(response));
    assert.deepEqual(await pushTo(peer), { kind: 'replied', reply });
    assert.equal(peer.opened(), 1);
  });
}

test('S10 a body that ends with the connection is read to its end', async () => {
  await using peer = await tlsPeer((socket) => {
    socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${EXCHANGED}`);
  });
  const outcome = await pushTo(peer);
  assert.equal(outcome.kind === 'replied' && outcome.reply.kind, 'answered');
});

test('S10 a reply that came whole counts, though the connection is reset at once', async () => {
  await using peer = await tlsPeer((socket) => {
    socket.write(respond('200 OK', EXCHANGED), () => reset(socket));
  });
  const outcome = await pushTo(peer);
  assert.equal(outcome.kind === 'replied' && outcome.reply.kind, 'answered');
});

test('S18 of an answer no more than 4 KiB are read', async () => {
  for (const status of ['200 OK', '500 No']) {
    let written = 0;
    await using peer = await tlsPeer((socket) => {
      socket.write(`HTTP/1.1 ${status}\r\ncontent-length: 1000000000\r\n\r\n`);
      const more = () => {
        while (!socket.destroyed && socket.write('x'.repeat(65_536))) written += 65_536;
      };
      socket.on('drain', more);
      more();
    });
    const outcome = await pushTo(peer);
    assert.equal(outcome.kind, 'replied');
    if (outcome.kind === 'replied' && outcome.reply.kind === 'foreign') {
      assert.ok(outcome.reply.text.length <= 200);
    }
    assert.ok(written < 100_000_000, `${written} bytes were taken`);
  }
});

const ECHOES: readonly [how: string, echo: (secret: string) => string][] = [
  ['as it is', (secret) => `bad token ${secret}`],
  ['in JSON', (secret) => JSON.stringify({ error: { token: secret } })],
  ['in base64', (secret) => Buffer.from(secret).toString('base64')],
  ['URL-encoded', (secret) => encodeURIComponent(secret)],
  ['many times', (secret) => `${secret} `.repeat(100)],
  ['at the very end of what is read', (secret) => `${'x'.repeat(4_096 - 10)}${secret}`],
];

for (const [how, echo] of ECHOES) {
  test(`S18 a receiver that repeats the token ${how} gets none of it into the outcome`, async () => {
    const secret = TOKEN.secret.reveal();
    const text = echo(secret);
    const reason = { result: 'bad-push', reason: text, tokenUsed: false } as const;
    for (const response of [respond('500 No', text), respond('400 No', encodeAnswer(reason))]) {
      await using peer = await tlsPeer(answering(response));
      const printed = JSON.stringify(await pushTo(peer));
      for (const part of [
        'CAESI',
        'wrapping-token',
        Buffer.from(secret).toString('base64').slice(3, 20),
      ]) {
        assert.ok(!printed.includes(part), printed);
      }
    }
  });
}

test('S18 control characters in an answer are escaped', async () => {
  await using peer = await tlsPeer(answering(respond('500 No', 'a\nb\u001b[31mc\u202e')));
  assert.deepEqual(await pushTo(peer), {
    kind: 'replied',
    reply: { kind: 'foreign', status: 500, text: 'a\\x0ab\\x1b[31mc\\u{202e}' },
  });
});

const UNSENT: readonly [what: string, peer: () => Promise<Peer>][] = [
  ['that closes at once', () => tcpPeer((socket) => socket.destroy())],
  ['that resets at once', () => tcpPeer((socket) => socket.resetAndDestroy())],
  ['that speaks plain HTTP', () => tcpPeer((socket) => socket.end(respond('400 Bad Request')))],
  ['that speaks rubbish', () => tcpPeer((socket) => socket.end(Buffer.alloc(300, 0x16)))],
  [
    'that closes amid the handshake',
    () => tcpPeer((socket) => void socket.once('data', () => socket.end())),
  ],
];

for (const [what, makePeer] of UNSENT) {
  test(`S13 a peer ${what} was sent nothing`, async () => {
    await using peer = await makePeer();
    const attempt = push(peer);
    const outcome = await attempt.outcome;
    assert.equal(outcome.kind, 'unsent');
    assert.ok(outcome.kind === 'unsent' && outcome.words.length > 0);
    assert.ok(!attempt.isConnected());
    await allClosed(peer);
  });
}

test('S13 where nobody listens nothing was sent, and the reason says so', async () => {
  const outcome = await push({ port: await freePort() }).outcome;
  assert.equal(outcome.kind, 'unsent');
  assert.match(outcome.kind === 'unsent' ? outcome.words : '', /ECONNREFUSED/);
});

test('S17 a handshake that never ends is given up after 3 s', async () => {
  await using peer = await tcpPeer(() => {});
  const clock = virtualClock();
  const { outcome } = push(peer, { clock });
  await until('it is connected', () => peer.open() === 1);
  clock.advance(2_999);
  assert.equal(peer.open(), 1);
  clock.advance(1);
  assert.deepEqual(await outcome, { kind: 'unsent', words: 'no connection in time' });
  await allClosed(peer);
});

const UNANSWERED: readonly [what: string, peer: () => Promise<Peer>][] = [
  ['that resets before it has read the push', () => greetingPeer(reset)],
  ['that closes before it has read the push', () => greetingPeer((socket) => socket.end())],
  ['that resets when it has read the push', () => tlsPeer(reset)],
  ['that closes when it has read the push', () => tlsPeer((socket) => socket.end())],
  ['that answers no HTTP', () => tlsPeer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'))],
  [
    'whose head is too large',
    () => tlsPeer(answering(respond('200 OK', '', `x: ${'y'.repeat(5_000)}\r\n`))),
  ],
  [
    'that breaks off within the head',
    () => tlsPeer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le')),
  ],
  [
    'that breaks off within the body',
    () => tlsPeer((socket) => socket.end(respond('200 OK', EXCHANGED).slice(0, -5))),
  ],
  [
    'that resets within the body',
    () =>
      tlsPeer((socket) =>
        socket.write(respond('200 OK', EXCHANGED).slice(0, -5), () => reset(socket)),
      ),
  ],
  [
    'that wants another protocol',
    () => tlsPeer(answering('HTTP/1.1 101 Switch\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')),
  ],
];

for (const [what, makePeer] of UNANSWERED) {
  test(`S11 the outcome is unknown with a peer ${what}`, async () => {
    await using peer = await makePeer();
    const attempt = push(peer);
    const outcome = await attempt.outcome;
    assert.equal(outcome.kind, 'unanswered', JSON.stringify(outcome));
    assert.ok(attempt.isConnected());
    await allClosed(peer);
  });
}

const SILENT: readonly [what: string, first: string][] = [
  ['says nothing', ''],
  ['sends only half a head', 'HTTP/1.1 200 OK\r\n'],
  ['sends only half a body', respond('200 OK', EXCHANGED).slice(0, -5)],
];

for (const [what, first] of SILENT) {
  test(`S17 a peer that took the push and ${what} is given up after 25 s`, async () => {
    await using peer = await tlsPeer((socket) => void socket.write(first));
    const clock = virtualClock();
    const { outcome } = push(peer, { clock });
    await until('the push has arrived', () => peer.received[0]?.includes('vaultNamespace'));
    clock.advance(24_999);
    assert.equal(peer.open(), 1);
    clock.advance(1);
    assert.equal((await outcome).kind, 'unanswered');
    await allClosed(peer);
  });
}

test('S9 a push that is broken off before its connection stands was not sent', async () => {
  const { outcome, abort } = push({ port: await freePort() });
  abort.abort();
  assert.equal((await outcome).kind, 'unsent');

  await using peer = await tcpPeer(() => {});
  const shaking = push(peer);
  await until('it is connected', () => peer.open() === 1);
  shaking.abort.abort();
  assert.deepEqual(await shaking.outcome, { kind: 'unsent', words: 'broken off' });
  await allClosed(peer);
});

test('S44 a push that is broken off in the moment in which its connection stands sends nothing', async () => {
  await using peer = await tlsPeer(answering(respond('200 OK')));
  const abort = new AbortController();
  const events = { signal: abort.signal, onConnected: () => abort.abort() };
  const pusher = httpsPusher(() => SETTINGS, systemClock);
  const outcome = await pusher.push({ ip: '127.0.0.1', port: peer.port }, TOKEN, events);
  assert.deepEqual(outcome, { kind: 'unsent', words: 'broken off' });
  await allClosed(peer);
  assert.deepEqual(peer.received.join(''), '');
});

test('S9 a push that is broken off before it begins opens no connection', async () => {
  await using peer = await tlsPeer(answering(respond('200 OK')));
  const pusher = httpsPusher(() => SETTINGS, systemClock);
  const onConnected = () => assert.fail('it connected');
  const events = { signal: AbortSignal.abort(), onConnected };
  const outcome = await pusher.push({ ip: '127.0.0.1', port: peer.port }, TOKEN, events);
  assert.equal(outcome.kind, 'unsent');
  assert.equal(peer.received.length, 0);
});

for (const [what, first] of SILENT) {
  test(`S9 a push that is broken off while its peer ${what} has an unknown outcome`, async () => {
    await using peer = await tlsPeer((socket) => void socket.write(first));
    const { outcome, abort } = push(peer);
    await until('the push has arrived', () => peer.received[0]?.includes('vaultNamespace'));
    abort.abort();
    assert.equal((await outcome).kind, 'unanswered');
    await allClosed(peer);
  });
}

test('S11 a probe says whether a TLS connection stood, and sends nothing', async () => {
  const pusher = httpsPusher(() => SETTINGS, systemClock);
  const { signal } = new AbortController();
  await using good = await tlsPeer(() => {});
  assert.equal(await pusher.probe({ ip: '127.0.0.1', port: good.port }, signal), undefined);
  await allClosed(good);
  assert.ok(good.received.every((text) => text === ''));

  await using plain = await tcpPeer((socket) => socket.end('no TLS here'));
  assert.equal(
    typeof (await pusher.probe({ ip: '127.0.0.1', port: plain.port }, signal)),
    'string',
  );
  await allClosed(plain);
  const port = await freePort();
  assert.match((await pusher.probe({ ip: '127.0.0.1', port }, signal)) ?? '', /ECONNREFUSED/);
});

test('S11 a probe ends after 3 s, or when it is broken off', async () => {
  await using peer = await tcpPeer(() => {});
  const clock = virtualClock();
  const pusher = httpsPusher(() => SETTINGS, clock);
  const abort = new AbortController();
  const target = { ip: '127.0.0.1', port: peer.port };
  const slow = pusher.probe(target, abort.signal);
  await until('it is connected', () => peer.open() === 1);
  clock.advance(3_000);
  assert.equal(await slow, 'no connection in time');
  const broken = pusher.probe(target, abort.signal);
  await until('it is connected', () => peer.opened() === 2);
  abort.abort();
  assert.equal(await broken, 'broken off');
  await allClosed(peer);
  assert.equal(clock.nextWake(), undefined);
});

test('S17 no timer is left when a push has ended', async () => {
  await using peer = await tlsPeer(answering(respond('200 OK')));
  const clock = virtualClock();
  await push(peer, { clock }).outcome;
  await push({ port: await freePort() }, { clock }).outcome;
  assert.equal(clock.nextWake(), undefined);
});
