import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { type Handler, send } from '../../../src/sim/exchange.ts';
import { faultPlan, withFaults } from '../../../src/sim/faults.ts';
import { serveHttp } from '../../../src/sim/http-server.ts';
import { createTestCa } from '../../support/real/test-ca.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { call, watch } from '../../support/servers/http-client.ts';

const echo: Handler = ({ method, url, body, headers }, responder) => {
  if (url === '/stream') {
    responder.start(200, {});
    return responder.write(Buffer.from('{"n":1}\n'));
  }
  return send(responder, 200, `${method} ${url} ${body} ${headers['x-test']}`);
};

test('method, path, query, headers and body arrive, over http and https', async () => {
  const ca = await createTestCa();
  const { certPem: cert, keyPem: key } = await ca.issue('sim', ['127.0.0.1']);
  for (const tls of [undefined, { cert, key }]) {
    await using server = await serveHttp(echo, tls ? { tls } : {});
    const endpoint = { url: server.url, ca: ca.caPem, headers: { 'x-test': 'yes' } };
    const { text } = await call(endpoint, 'POST', '/a?b=c', 'body');
    assert.equal(text, 'POST /a?b=c body yes');
  }
});

test('stopped, it breaks connections and refuses new ones; started again, it has the same port', async () => {
  await using server = await serveHttp(echo);
  const endpoint = { url: server.url, headers: {} };
  const stream = await watch(endpoint, '/stream');
  assert.deepEqual(await stream.next(), { n: 1 });
  await server.stop();
  await assert.rejects(stream.next());
  await assert.rejects(call(endpoint, 'GET', '/'), { code: 'ECONNREFUSED' });
  await server.start();
  assert.equal((await call(endpoint, 'GET', '/')).status, 200);
});

test('cut connections break running answers only', async () => {
  await using server = await serveHttp(echo);
  const endpoint = { url: server.url, headers: {} };
  const stream = await watch(endpoint, '/stream');
  assert.deepEqual(await stream.next(), { n: 1 });
  server.cutConnections();
  await assert.rejects(stream.next());
  assert.equal((await call(endpoint, 'GET', '/')).status, 200);
});

test('a body cut by a fault arrives up to that byte, and then the connection is gone', async () => {
  const plan = faultPlan(seededRandom(1));
  await using server = await serveHttp(withFaults(echo, plan, systemClock));
  const endpoint = { url: server.url, headers: {} };
  plan.order({ url: /cut/, fault: { kind: 'cut', atByte: 2 } });
  plan.order({ url: /drop/, fault: { kind: 'drop' } });
  await assert.rejects(call(endpoint, 'GET', '/cut'), { code: 'ECONNRESET' });
  await assert.rejects(call(endpoint, 'GET', '/drop'), { code: 'ECONNRESET' });
});
