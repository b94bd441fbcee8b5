import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../../src/base/clock.ts';
import { httpsPusher } from '../../../../src/delivery/pusher.ts';
import { allClosed, SETTINGS } from '../../../support/delivery/pushing.ts';
import { freePort, tcpPeer, tlsPeer } from '../../../support/servers/tls-peer.ts';
import { until } from '../../../support/until.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

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
