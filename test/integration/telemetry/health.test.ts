import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { type Installation, startInstallation } from '../../support/installation/installation.ts';
import { scrape } from '../../support/telemetry/scrape.ts';
import { until } from '../../support/until.ts';

let home: Installation;

before(async () => {
  home = await startInstallation();
});

after(() => home[Symbol.asyncDispose]());

async function takePort(url: string): Promise<Disposable> {
  const server = createServer().listen(Number(new URL(url).port));
  await once(server, 'listening');
  return { [Symbol.dispose]: () => void server.close() };
}

for (const [what, key, endpoint] of [
  ['metrics', 'prometheus.port', 'metrics'],
  ['health', 'health.port', 'health'],
] as const) {
  test(`a port of the ${what} that is in use ends the start with code 1, and the message names the key`, async () => {
    using _taken = await takePort(home.endpoints[endpoint]);
    const controller = await home.startController();
    assert.equal(await controller.ended, 1);
    const { msg, error } = await controller.says({ level: 'error' });
    assert.equal(msg, 'the controller cannot go on');
    const { message } = error as { message: string };
    assert.match(message, new RegExp(`^port \\d+.* is in use: set ${key} to one that is free$`));
  });
}

test('S7 the controller is ready once pods are listed, not while they cannot be watched, and alive all the time', async () => {
  const { health, metrics } = home.endpoints;
  const { plane } = home.servers;
  await home.controller();
  const ready = await scrape(`${health}/readyz?verbose`);
  assert.equal(ready.status, 200);
  assert.match(ready.text, /^\[\+\]config ok\n(.*\n)*\[\+\]pods ok\n(.*\n)*readyz check passed\n$/);
  assert.equal((await scrape(metrics)).status, 200);

  await plane.killApiServer();
  const lost = await until('it is not ready', async () => {
    const answer = await scrape(`${health}/readyz`);
    return answer.status === 503 && answer;
  });
  assert.match(lost.text, /^\[-\]pods failed: watch pods: ./m);
  assert.equal((await scrape(`${health}/healthz`)).status, 200);

  await plane.startApiServer();
  await (await home.pod()).served();
  await until('it is ready again', async () => (await scrape(`${health}/readyz`)).status === 200);
});
