import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../../../src/base/clock.ts';
import { hostPort } from '../../../../src/base/ip.ts';
import { startPeerServer } from '../../../../src/election/peer/peer-server.ts';
import { tcpTransport } from '../../../../src/election/peer/tcp-transport.ts';
import { watchPeer } from '../../../../src/election/peer/watch-peer.ts';
import { ListenError } from '../../../../src/telemetry/listen.ts';
import { freePort } from '../../../support/real/process/free-port.ts';
import { tcpPeer } from '../../../support/servers/tls-peer.ts';
import { recordedLog } from '../../../support/telemetry/recorded-log.ts';
import { until, within } from '../../../support/until.ts';

const IDENTITY = 'controller-0_1';

async function aServer(port?: number, identity = IDENTITY) {
  const where = port ?? (await freePort());
  const keys = { portKey: 'peerPort', addressKey: 'peerPort' };
  const endpoint = { port: where, address: undefined, ...keys };
  const server = await startPeerServer({ endpoint, identity, logger: recordedLog().logger });
  return { port: where, [Symbol.dispose]: () => server[Symbol.dispose]() };
}

/** A watch over real connections; `connected` counts those whose hello was heard. */
function watching(port: number, host = '127.0.0.1') {
  let gone = 0;
  const heard: string[] = [];
  const transport: typeof tcpTransport = {
    connect: (address, { onSaid, onEnded }) =>
      tcpTransport.connect(address, {
        onEnded,
        onSaid(line) {
          heard.push(line);
          onSaid(line);
        },
      }),
  };
  const watch = watchPeer(
    { identity: IDENTITY, peer: hostPort(host, port) },
    () => {
      gone += 1;
    },
    { transport, clock: systemClock, random: () => 0 },
  );
  return { heard, gone: () => gone, [Symbol.dispose]: () => watch[Symbol.dispose]() };
}

async function aClient(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  await within('the client connects', once(socket, 'connect'));
  return socket;
}

for (const host of ['127.0.0.1', '::1']) {
  test(`S41 at ${host} a standby hears who leads, and that the process is no more`, async () => {
    using server = await aServer();
    using watch = watching(server.port, host);
    await until('the hello is heard', () => watch.heard.length > 0);
    assert.equal(watch.gone(), 0);
    server[Symbol.dispose]();
    await until('it is gone', () => watch.gone() > 0);
    assert.deepEqual(watch.heard, [`{"identity":"${IDENTITY}"}`]);
  });
}

test('S41 a successor at the same address says that the holder is gone', async () => {
  using server = await aServer();
  using watch = watching(server.port);
  await until('the hello is heard', () => watch.heard.length > 0);
  server[Symbol.dispose]();
  using _successor = await aServer(server.port, 'controller-0_2');
  await until('it is gone', () => watch.gone() > 0);
});

test('S41 a port that nobody listens on any more says that the holder is gone', async () => {
  using server = await aServer();
  using watch = watching(server.port);
  await until('the hello is heard', () => watch.heard.length > 0);
  server[Symbol.dispose]();
  await until('it is gone', () => watch.gone() > 0);
});

const STRANGE: readonly [what: string, react: (socket: Socket) => void][] = [
  ['closes at once', (socket) => void socket.end()],
  ['resets at once', (socket) => void socket.resetAndDestroy()],
  ['says something else', (socket) => void socket.write('220 smtp ready\r\n')],
  ['never ends its line', (socket) => void socket.write('x'.repeat(5_000))],
  [
    'says hello and more than that',
    (socket) => void socket.write(`{"identity":"${IDENTITY}"}\n${'x'.repeat(5_000)}`),
  ],
];
for (const [what, react] of STRANGE) {
  test(`S43 a peer that ${what} is no proof of anything, and connected to again`, async () => {
    await using peer = await tcpPeer(react);
    using watch = watching(peer.port);
    await until('it has connected 4 times', () => peer.opened() >= 4);
    assert.equal(watch.gone(), 0);
  });
}

test('S41 a hello may come in pieces', async () => {
  await using peer = await tcpPeer((socket) => {
    socket.write(`{"identity":"contr`, () => socket.write('oller-0_1"}\n'));
  });
  using watch = watching(peer.port);
  await until('the hello is heard', () => watch.heard.length > 0);
  assert.deepEqual(watch.heard, [`{"identity":"${IDENTITY}"}`]);
  assert.equal(peer.open(), 1);
});

test('S43 a watch that is over leaves no connection open', async () => {
  await using peer = await tcpPeer((socket) => void socket.write(`{"identity":"${IDENTITY}"}\n`));
  {
    using watch = watching(peer.port);
    await until('the hello is heard', () => watch.heard.length > 0);
  }
  await until('it is closed', () => peer.open() === 0);
});

test('S43 who sends a little is heard out, who sends more is let go', async () => {
  using server = await aServer();
  const client = await aClient(server.port);
  client.resume();
  client.write('GET / HTTP/1.1\r\n\r\n');
  await until('the server has said hello', () => client.bytesRead > 0);
  assert.equal(client.readyState, 'open');
  client.write('x'.repeat(2_000));
  await within('the server lets go', once(client, 'close'));
});

test('S43 of 300 connections of one machine 200 stay, and another still hears hello', async () => {
  using server = await aServer();
  const clients = await Promise.all(Array.from({ length: 300 }, () => aClient(server.port)));
  for (const client of clients) client.resume();
  const open = () => clients.filter(({ readyState }) => readyState === 'open').length;
  await until('the oldest are closed', () => open() === 200);
  using watch = watching(server.port, '::1');
  await until('the hello is heard', () => watch.heard.length > 0);
  assert.equal(watch.gone(), 0);
  await until('one more is closed', () => open() === 199);
  for (const client of clients) client.destroy();
});

test('S46 a port that is taken is an error that names the key', async () => {
  using server = await aServer();
  await assert.rejects(aServer(server.port), (error) => {
    assert.ok(error instanceof ListenError);
    assert.match(error.message, /set peerPort to one that is free/);
    return true;
  });
});
