import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check, CheckState } from '../../../src/telemetry/health/check.ts';
import { startHealthServer } from '../../../src/telemetry/health/health-server.ts';
import { freePort } from '../../support/real/process/free-port.ts';
import { recordedLog } from '../../support/telemetry/recorded-log.ts';
import { scrape } from '../../support/telemetry/scrape.ts';

async function aServer(states: Record<string, CheckState>) {
  const checks: Check[] = Object.keys(states).map((name) => ({
    name,
    state: () => states[name] ?? 'ok',
  }));
  const port = await freePort();
  const keys = { portKey: 'health.port', addressKey: 'health.port' };
  const endpoint = { port, address: '127.0.0.1', ...keys };
  const server = await startHealthServer(endpoint, checks, recordedLog().logger);
  return {
    url: `http://127.0.0.1:${port}`,
    endpoint,
    [Symbol.dispose]: () => server[Symbol.dispose](),
  };
}

test('all is well: ready, with the checks where they are asked for', async () => {
  using server = await aServer({ config: 'ok', pods: 'ok' });
  const short = await scrape(`${server.url}/readyz`);
  assert.deepEqual([short.status, short.text], [200, 'ok']);
  const long = await scrape(`${server.url}/readyz?verbose`);
  assert.equal(long.text, '[+]config ok\n[+]pods ok\nreadyz check passed\n');
  assert.equal(long.status, 200);
});

test('one check that fails: not ready, with each reason, and alive all the same', async () => {
  const states: Record<string, CheckState> = { config: 'ok', pods: { reason: 'no answer' } };
  using server = await aServer(states);
  const answer = await scrape(`${server.url}/readyz`);
  assert.equal(answer.status, 503);
  assert.equal(answer.text, '[+]config ok\n[-]pods failed: no answer\nreadyz check failed\n');
  assert.equal((await scrape(`${server.url}/healthz`)).status, 200);
  states['pods'] = 'ok';
  assert.equal((await scrape(`${server.url}/readyz`)).status, 200);
});

test('the port shows health and nothing else', async () => {
  using server = await aServer({});
  assert.equal((await scrape(`${server.url}/metrics`)).status, 404);
  assert.equal((await scrape(`${server.url}/readyz`, {}, { method: 'DELETE' })).status, 405);
});

test('a port in use is an error that names the key', async () => {
  using server = await aServer({});
  await assert.rejects(startHealthServer(server.endpoint, [], recordedLog().logger), {
    message: `port ${server.endpoint.port} of 127.0.0.1 is in use: set health.port to one that is free`,
  });
});
