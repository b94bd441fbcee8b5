import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allClosed,
  answering,
  EXCHANGED,
  push,
  respond,
  SILENT,
} from '../../../support/delivery/pushing.ts';
import {
  freePort,
  greetingPeer,
  type Peer,
  reset,
  tcpPeer,
  tlsPeer,
} from '../../../support/servers/tls-peer.ts';
import { until } from '../../../support/until.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

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

test('S17 no timer is left when a push has ended', async () => {
  await using peer = await tlsPeer(answering(respond('200 OK')));
  const clock = virtualClock();
  await push(peer, { clock }).outcome;
  await push({ port: await freePort() }, { clock }).outcome;
  assert.equal(clock.nextWake(), undefined);
});
