import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../../src/base/clock.ts';
import { httpsPusher } from '../../../../src/delivery/pusher.ts';
import {
  allClosed,
  answering,
  push,
  respond,
  SETTINGS,
  SILENT,
  TOKEN,
} from '../../../support/delivery/pushing.ts';
import { freePort, tcpPeer, tlsPeer } from '../../../support/servers/tls-peer.ts';
import { until } from '../../../support/until.ts';

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
