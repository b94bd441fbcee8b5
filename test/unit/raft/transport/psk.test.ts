import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import {
  connect as connectTls,
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
} from 'node:tls';
import { systemClock } from '../../../../src/base/clock.ts';
import { selfSignedCertificate } from '../../../../src/init/self-signed-certificate.ts';
import { pskOf } from '../../../../src/raft/transport/psk.ts';
import { type Keyring, pskStreams } from '../../../../src/raft/transport/psk-streams.ts';
import { TransportError } from '../../../../src/raft/transport/transport-error.ts';
import { until, within } from '../../../support/until.ts';
import {
  aClient,
  agreeTo,
  aKey,
  aServer,
  aSnapshotRequest,
  heartbeat,
  listenAnywhere,
} from './rig.ts';

const [OLD, NEW, OTHER] = [aKey(1), aKey(2), aKey(3)];
const CLUSTER = { id: '0c6f2a4e-6c5e-4a37-8a0e-3f6f0d5ce1aa', epoch: 1 };

test('whoever has the key is answered, also with a snapshot', async (t) => {
  const streams = pskStreams(() => [OLD], CLUSTER);
  const { address, reports } = await aServer(t, { streams });
  const client = aClient(t, { streams });
  for (const request of [heartbeat, aSnapshotRequest(500_000)]) {
    const { response } = await within('the answer', client.send(address, request));
    assert.deepEqual(response, agreeTo(request));
  }
  assert.deepEqual(reports, []);
});

const ROTATION: readonly (readonly [what: string, client: Keyring, server: Keyring])[] = [
  ['the new key is added behind the old one, here first', [OLD, NEW], [OLD]],
  ['the new key is added behind the old one, there first', [OLD], [OLD, NEW]],
  ['the new key is used here first', [NEW, OLD], [OLD, NEW]],
  ['the new key is used there first', [OLD, NEW], [NEW, OLD]],
  ['the old key is gone here first', [NEW], [NEW, OLD]],
];
for (const [what, clientKeys, serverKeys] of ROTATION) {
  test(`while keys are rotated servers understand each other: ${what}`, async (t) => {
    const { address } = await aServer(t, { streams: pskStreams(() => serverKeys, CLUSTER) });
    const client = aClient(t, { streams: pskStreams(() => clientKeys, CLUSTER) });
    const { response } = await within('the answer', client.send(address, heartbeat));
    assert.deepEqual(response, agreeTo(heartbeat));
  });
}

test('a key that is taken out is refused from the next connection on', async (t) => {
  let keys: Keyring = [NEW, OLD];
  const { address, reports } = await aServer(t, { streams: pskStreams(() => keys, CLUSTER) });
  const streams = pskStreams(() => [OLD], CLUSTER);
  await within('the answer', aClient(t, { streams }).send(address, heartbeat));
  keys = [NEW];
  await isUnreachable(aClient(t, { streams }).send(address, heartbeat));
  await until('it is counted', () => reports.length === 1);
});

test('whoever has another key is a stranger', async (t) => {
  const { address, reports } = await aServer(t, { streams: pskStreams(() => [OLD], CLUSTER) });
  await isUnreachable(
    aClient(t, { streams: pskStreams(() => [OTHER], CLUSTER) }).send(address, heartbeat),
  );
  await until('it is counted', () => reports.length === 1);
  assert.equal(reports[0]?.kind, 'stranger');
});

const OTHER_CLUSTERS = [
  ['another cluster', { ...CLUSTER, id: 'another' }],
  ['an earlier epoch of the cluster', { ...CLUSTER, epoch: 0 }],
] as const;
for (const [what, cluster] of OTHER_CLUSTERS) {
  test(`whoever is of ${what} is a stranger, though he has the key`, async (t) => {
    const { address, reports } = await aServer(t, { streams: pskStreams(() => [OLD], CLUSTER) });
    const client = aClient(t, { streams: pskStreams(() => [OLD], cluster) });
    await isUnreachable(client.send(address, heartbeat));
    await until('it is counted', () => reports.length === 1);
    assert.equal(reports[0]?.kind, 'stranger');
  });
}

test('to know the name of a key is not to have it', async (t) => {
  const { address, reports } = await aServer(t, { streams: pskStreams(() => [OLD], CLUSTER) });
  const impostor = connectTls({
    port: portOf(address),
    host: '127.0.0.1',
    pskCallback: () => ({ identity: pskOf(OLD, CLUSTER).identity, psk: pskOf(OTHER, CLUSTER).psk }),
  });
  const failed = Promise.withResolvers<Error>();
  impostor.on('error', failed.resolve);
  await within('the handshake fails', failed.promise);
  await until('it is counted', () => reports.length === 1);
  assert.equal(reports[0]?.kind, 'stranger');
});

test('who speaks without TLS, or hides his key, gets no further than the handshake', async (t) => {
  const { address, reports } = await aServer(t, { streams: pskStreams(() => [OLD], CLUSTER) });
  const plain = aClient(t).send(address, heartbeat);
  await assert.rejects(within('it fails', plain), TransportError);
  const keyless = connectTls({
    port: portOf(address),
    host: '127.0.0.1',
    rejectUnauthorized: false,
  });
  const failed = Promise.withResolvers<Error>();
  keyless.on('error', failed.resolve);
  await within('the handshake fails', failed.promise);
  await until('both are counted', () => reports.length === 2);
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['stranger', 'stranger'],
  );
});

test('a server with a certificate is a stranger, whoever signed it', async (t) => {
  const { certificate, key } = selfSignedCertificate({
    addresses: ['127.0.0.1'],
    now: systemClock.wallClock(),
    validForMs: 60_000,
  });
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, certificate]);
  t.after(() => setDefaultCACertificates(trusted));
  let requests = 0;
  const server = createTlsServer({ cert: certificate, key }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {
      requests += 1;
    });
  });
  t.after(() => server.close());
  const address = `127.0.0.1:${await listenAnywhere(server)}`;
  const client = aClient(t, { streams: pskStreams(() => [OLD], CLUSTER) });
  const error = await within('it fails', client.send(address, heartbeat)).catch((cause) => cause);
  assert.match(String(error), /it has a certificate, and not the key/);
  assert.equal(requests, 0);
});

test('who leaves before he has proven anything is not counted', async (t) => {
  const { address, reports } = await aServer(t, { streams: pskStreams(() => [OLD], CLUSTER) });
  const leaving = connect(portOf(address), '127.0.0.1');
  leaving.on('connect', () => leaving.resetAndDestroy());
  const closed = Promise.withResolvers<void>();
  leaving.on('close', () => closed.resolve());
  await within('it has left', closed.promise);
  const streams = pskStreams(() => [OTHER], CLUSTER);
  await isUnreachable(aClient(t, { streams }).send(address, heartbeat));
  await until('the one who came later is counted', () => reports.length > 0);
  assert.equal(reports.length, 1);
});

test('a stranger who says nothing does not keep others out', async (t) => {
  const streams = pskStreams(() => [OLD], CLUSTER);
  const { address } = await aServer(t, { streams });
  const silent = connect(portOf(address), '127.0.0.1');
  t.after(() => silent.destroy());
  const { response } = await within('the answer', aClient(t, { streams }).send(address, heartbeat));
  assert.deepEqual(response, agreeTo(heartbeat));
});

test('nobody learns anything from the names of keys', () => {
  const { identity, psk } = pskOf(OLD, CLUSTER);
  const key = OLD.export().toString('hex');
  assert.match(identity, /^[0-9a-f]{32}$/);
  assert.ok(!key.includes(identity) && !psk.toString('hex').includes(identity));
  assert.notEqual(psk.toString('hex'), key);
  assert.notEqual(identity, pskOf(NEW, CLUSTER).identity);
});

async function isUnreachable(answer: Promise<unknown>) {
  await assert.rejects(
    within('it fails', answer),
    (error) => error instanceof TransportError && error.problem === 'unreachable',
  );
}

function portOf(address: string): number {
  return Number(address.split(':')[1]);
}
