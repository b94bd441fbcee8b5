import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { Secret } from '../../../../src/base/secret.ts';
import { ListenError } from '../../../../src/telemetry/listen.ts';
import { startMetricsServer } from '../../../../src/telemetry/metrics/metrics-server.ts';
import { parseServerIdentity } from '../../../../src/telemetry/tls/server-identity.ts';
import { freePort } from '../../../support/real/process/free-port.ts';
import { createTestCa } from '../../../support/real/test-ca.ts';
import { recordedLog } from '../../../support/telemetry/recorded-log.ts';
import { type Scraper, scrape } from '../../../support/telemetry/scrape.ts';
import { until } from '../../../support/until.ts';

const ca = await createTestCa('servers');
const clients = await createTestCa('clients');
const strangers = await createTestCa('strangers');

async function anIdentity() {
  const { certPem, keyPem } = await ca.issue('kubernetes-vault', ['127.0.0.1']);
  return parseServerIdentity(certPem, new Secret(keyPem));
}

const METRICS = { expose: async () => 'some_total 1\n', contentType: 'text/plain; version=0.0.4' };

async function aServer({
  tls,
  expose = METRICS.expose,
}: {
  tls?: { checksClients: boolean };
  expose?: () => Promise<string>;
} = {}) {
  const port = await freePort();
  const keys = { portKey: 'prometheus.port', addressKey: 'prometheus.address' };
  const { logger, lines, written } = recordedLog();
  const endpoint = { port, address: '127.0.0.1', ...keys };
  const server = await startMetricsServer({ endpoint, tls }, { ...METRICS, expose }, logger);
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const context = server.context ?? undefined;
  return {
    server,
    context,
    lines,
    written,
    url,
    endpoint,
    logger,
    [Symbol.dispose]: () => server.close(),
  };
}

/** A server that asks clients for certificates of `clients`. */
async function aStrictServer() {
  const server = await aServer({ tls: { checksClients: true } });
  server.context?.trustClientsOf(clients.caPem);
  server.context?.showIdentity(await anIdentity());
  return server;
}

async function withCertificate(from: typeof clients, untilMs?: number): Promise<Scraper> {
  const valid = untilMs === undefined ? undefined : { untilMs };
  const { certPem: cert, keyPem: key } = await from.issue('prometheus', ['prometheus'], valid);
  return { ca: ca.caPem, cert, key };
}

test('GET and HEAD of /metrics are answered, and nothing else', async () => {
  using server = await aServer();
  const got = await scrape(`${server.url}/metrics`);
  assert.deepEqual([got.status, got.text], [200, 'some_total 1\n']);
  assert.equal(got.headers['content-type'], METRICS.contentType);
  const head = await scrape(`${server.url}/metrics?x=y`, {}, { method: 'HEAD' });
  assert.deepEqual([head.status, head.text], [200, '']);
  assert.equal(head.headers['content-length'], '13');
  const post = await scrape(`${server.url}/metrics`, {}, { method: 'POST' });
  assert.deepEqual([post.status, post.headers['allow']], [405, 'GET, HEAD']);
  for (const path of ['/', '/metricsx', '/constructor', '/__proto__']) {
    assert.equal((await scrape(`${server.url}${path}`)).status, 404, path);
  }
});

test('metrics that cannot be told are a 500 and a log line, and the next scrape is served', async () => {
  let broken = true;
  const expose = async () => {
    if (broken) throw new Error('a fault');
    return 'fine 1\n';
  };
  using server = await aServer({ expose });
  assert.equal((await scrape(`${server.url}/metrics`)).status, 500);
  assert.deepEqual(server.lines, ['error: the metrics cannot be told']);
  broken = false;
  assert.equal((await scrape(`${server.url}/metrics`)).text, 'fine 1\n');
});

test('a port in use is an error that names the key to change', async () => {
  using server = await aServer();
  const { endpoint, logger } = server;
  await assert.rejects(
    startMetricsServer({ endpoint, tls: undefined }, METRICS, logger),
    (error) =>
      error instanceof ListenError &&
      error.message ===
        `port ${endpoint.port} of 127.0.0.1 is in use: set prometheus.port to one that is free`,
  );
});

test('an address that is not of this machine is an error that names its key', async () => {
  using server = await aServer();
  const endpoint = { ...server.endpoint, address: '192.0.2.1' };
  await assert.rejects(startMetricsServer({ endpoint, tls: undefined }, METRICS, server.logger), {
    message: '192.0.2.1 is no address of this machine: correct prometheus.address',
  });
});

test('S33 another identity is shown to the next client, and who is connected stays so', async () => {
  using server = await aServer({ tls: { checksClients: false } });
  const [one, two] = [await anIdentity(), await anIdentity()];
  server.context?.showIdentity(one);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: ca.caPem });
  const url = `${server.url}/metrics`;
  const before = await scrape(url, { agent });
  server.context?.showIdentity(two);
  const kept = await scrape(url, { agent });
  const after = await scrape(url, { ca: ca.caPem });
  agent.destroy();
  assert.deepEqual([kept.status, kept.resumed], [200, 'connection']);
  assert.notEqual(after.serialNumber, before.serialNumber);
  assert.equal(after.status, 200);
});

test('S33 an identity that OpenSSL does not take leaves the old one in use, and can be followed by another', async () => {
  using server = await aServer({ tls: { checksClients: true } });
  server.context?.showIdentity(await anIdentity());
  const unfit = { ...(await anIdentity()), key: (await anIdentity()).key };
  server.context?.trustClientsOf(clients.caPem);
  assert.throws(() => server.context?.showIdentity(unfit), /key values mismatch/);
  const url = `${server.url}/metrics`;
  assert.equal((await scrape(url, await withCertificate(clients))).status, 200);
  server.context?.trustClientsOf(strangers.caPem);
  assert.equal((await scrape(url, await withCertificate(strangers))).status, 200);
});

test('S33 before the first certificate handshakes fail, and the server lives', async () => {
  using server = await aServer({ tls: { checksClients: false } });
  const url = `${server.url}/metrics`;
  await assert.rejects(scrape(url, { ca: ca.caPem }));
  server.context?.showIdentity(await anIdentity());
  assert.equal((await scrape(url, { ca: ca.caPem })).status, 200);
});

test('S34 a client with a certificate of the right authority gets the metrics', async () => {
  using server = await aStrictServer();
  const answer = await scrape(`${server.url}/metrics`, await withCertificate(clients));
  assert.equal(answer.status, 200);
});

const REFUSED: readonly [what: string, client: () => Promise<Scraper>, reason: string][] = [
  ['none', async () => ({ ca: ca.caPem }), 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'],
  [
    'one of an unknown authority',
    () => withCertificate(strangers),
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ],
  ['one of the authority of servers', () => withCertificate(ca), 'SELF_SIGNED_CERT_IN_CHAIN'],
  ['an expired one', () => withCertificate(clients, -1_000), 'CERT_HAS_EXPIRED'],
];
for (const [what, client, reason] of REFUSED) {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`S34 with ${what} a client gets no answer over ${maxVersion}, and the log says why, once`, async () => {
      using server = await aStrictServer();
      const url = `${server.url}/metrics`;
      const scraper = await client();
      for (let attempt = 0; attempt < 3; attempt++) {
        await assert.rejects(scrape(url, scraper, { maxVersion }));
      }
      const line = await until('it is logged', () => server.written[0]);
      assert.equal(JSON.parse(line).reason, reason);
      assert.equal((await scrape(url, await withCertificate(clients))).status, 200);
      assert.equal(server.lines.length, 1);
    });
  }
}

test('S34 until the authorities are known nobody is let in, whoever has signed', async () => {
  using server = await aServer({ tls: { checksClients: true } });
  server.context?.showIdentity(await anIdentity());
  const url = `${server.url}/metrics`;
  await assert.rejects(scrape(url, await withCertificate(clients)));
  server.context?.trustClientsOf(clients.caPem);
  assert.equal((await scrape(url, await withCertificate(clients))).status, 200);
});

test('S34 authorities that have changed are the ones that count', async () => {
  using server = await aStrictServer();
  const url = `${server.url}/metrics`;
  const old = await withCertificate(clients);
  assert.equal((await scrape(url, old)).status, 200);
  server.context?.trustClientsOf(strangers.caPem);
  await assert.rejects(scrape(url, old));
  assert.equal((await scrape(url, await withCertificate(strangers))).status, 200);
});

test('S34 no session is resumed: each connection shows its certificate', async () => {
  using server = await aStrictServer();
  const agent = new Agent({
    keepAlive: false,
    maxCachedSessions: 10,
    ...(await withCertificate(clients)),
  });
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    for (let attempt = 0; attempt < 3; attempt++) {
      const { resumed } = await scrape(`${server.url}/metrics`, { agent }, { maxVersion });
      assert.equal(resumed, 'no');
    }
  }
});

test('what is no TLS, or no HTTP, costs nobody else anything', async () => {
  using server = await aStrictServer();
  const port = Number(new URL(server.url).port);
  const sockets: Socket[] = [];
  for (const bytes of ['GET /metrics HTTP/1.1\r\n\r\n', '\x16\x03\x01\x00\x02ab', '\n']) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(bytes);
    sockets.push(socket);
  }
  assert.equal((await scrape(`${server.url}/metrics`, await withCertificate(clients))).status, 200);
  for (const socket of sockets) socket.destroy();
});
