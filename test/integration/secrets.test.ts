import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { encodePush } from '../../src/wire/push.ts';
import type { Controller } from '../support/installation/controller.ts';
import { initProcess } from '../support/installation/image.ts';
import { type Installation, startInstallation } from '../support/installation/installation.ts';
import { EXCHANGED, receiver } from '../support/installation/receiver.ts';
import { leaks } from '../support/installation/secrets.ts';
import type { VaultCall } from '../support/installation/servers/vault-proxy.ts';
import { scrape } from '../support/telemetry/scrape.ts';
import { until } from '../support/until.ts';

let home: Installation;
let controller: Controller;

before(async () => {
  home = await startInstallation({ proxied: true });
  controller = await home.controller();
});

after(() => home[Symbol.asyncDispose]());

const MINT = 'auth/approle/role/web/secret-id';

/** Requests of the controller and of the init container, and what Vault says to them instead of serving. */
const REFUSALS: readonly [string, number][] = [
  [MINT, 500],
  [MINT, 403],
  [MINT, 400],
  ['sys/wrapping/lookup', 500],
  ['sys/wrapping/lookup', 403],
  ['sys/wrapping/unwrap', 500],
  ['sys/wrapping/unwrap', 400],
  ['auth/approle/login', 503],
  ['auth/approle/login', 400],
];

/** Secrets as a careless server repeats them, in every common encoding. */
function echoOf(secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => {
    const bytes = Buffer.from(secret);
    return [bytes.toString('hex'), bytes.toString('base64'), encodeURIComponent(secret), secret];
  });
  return forms.map((form) => `echo: ${form}`).join(' ');
}

function secretsOf({ headers, body }: VaultCall): string[] {
  const token = headers['x-vault-token'];
  return [...(token === undefined ? [] : [token]), ...longTexts(body)];
}

function longTexts(json: string): string[] {
  const values: unknown[] = json === '' ? [] : Object.values(JSON.parse(json));
  return values.filter((value) => typeof value === 'string').filter(({ length }) => length > 20);
}

for (const [path, status] of REFUSALS) {
  test(`S18 nobody prints what a Vault repeats that answers ${path} with ${status}`, async () => {
    const { vaultProxy } = home.servers;
    let repeated = 0;
    vaultProxy.insteadOf((call) => {
      if (repeated > 0 || call.url !== `/v1/${path}`) return undefined;
      const errors = [echoOf(secretsOf(call))];
      repeated = errors.join().length;
      return { status, body: JSON.stringify({ errors }) };
    });
    await (await home.pod({ image: initProcess })).served();
    assert.ok(repeated > 100);
    assert.deepEqual(home.leaks(), []);
  });
}

const NEW_SECRET = '6d8f1c52-2f6e-4f3a-9d0e-5f0c3a2b1e77';

/** Answers of a Vault that hold a new secret, and are not what they should be. */
const MALFORMED: readonly [string, string][] = [
  [MINT, JSON.stringify({ wrap_info: { token: NEW_SECRET, ttl: 'long' } })],
  [MINT, `{"wrap_info": {"token": "${NEW_SECRET}"`],
  ['sys/wrapping/unwrap', JSON.stringify({ data: { secret_id: NEW_SECRET } })],
  ['auth/approle/login', JSON.stringify({ auth: { client_token: NEW_SECRET, accessor: 7 } })],
];

for (const [path, body] of MALFORMED) {
  test(`S18 nobody prints the secret in an answer to ${path} that is ${body}`, async () => {
    const { vaultProxy } = home.servers;
    const { length } = vaultProxy.callsTo(path);
    vaultProxy.insteadOf(({ url }) =>
      url === `/v1/${path}` && vaultProxy.callsTo(path).length === length + 1
        ? { status: 200, body }
        : undefined,
    );
    await (await home.pod({ image: initProcess })).served();
    assert.ok(vaultProxy.callsTo(path).length > length + 1);
    assert.deepEqual(leaks([NEW_SECRET], home.printed.all()), []);
  });
}

/** Answers of a receiver that repeats the push. */
const ANSWERS: readonly [number, (echo: string) => object | string][] = [
  [500, (echo) => echo],
  [400, (reason) => ({ result: 'bad-push', reason, tokenUsed: false })],
  [502, (reason) => ({ result: 'login-refused', reason, tokenUsed: true })],
  [409, (reason) => ({ result: 'busy', reason, tokenUsed: false })],
];

test('S18 the controller prints nothing of a push that its receivers repeat', async () => {
  const echoing = ANSWERS.map(([status, body]) =>
    receiver(({ push, before, answer, exit }) => {
      if (before === 0)
        return answer(status, body(echoOf([push.token.reveal(), encodePush(push)])));
      answer(200, EXCHANGED);
      exit(0);
    }),
  );
  const pods = await Promise.all(echoing.map(({ image }) => home.pod({ image })));
  await Promise.all(pods.map((pod) => pod.served()));
  for (const { uid } of pods) {
    assert.match(
      controller.said({ uid, level: 'warn' })[0]?.msg ?? '',
      /the pod says "echo: \[secret\] /,
    );
  }
  assert.deepEqual(home.leaks(), []);
});

test('S18 the controller prints nothing of the token that an API server repeats', async () => {
  const { kubeProxy } = home.servers;
  const token = readFileSync(join(home.file('service-account'), 'token'), 'utf8');
  const body = JSON.stringify({ kind: 'Status', code: 403, message: echoOf([token]) });
  kubeProxy.faults.order({
    fault: { kind: 'answer', status: 403, body },
    url: /\/pods\?/,
    times: 1,
  });
  kubeProxy.cutConnections();
  await controller.says({ msg: /^cannot (list|watch) pods.*echo: \[secret\]/ });
  assert.deepEqual(leaks([token], home.printed.all()), []);
});

test('S18 no Event and no metric holds a secret', async () => {
  const { plane } = home.servers;
  const events = async () => JSON.stringify(await plane.request('GET', '/api/v1/events'));
  await until('an Event tells what a pod answered', async () =>
    (await events()).includes('the pod says \\"echo: [secret]'),
  );
  const metrics = await scrape(home.endpoints.metrics);
  assert.equal(metrics.status, 200);
  const told = new Map(Object.entries({ events: await events(), metrics: metrics.text }));
  assert.deepEqual(leaks(home.secrets(), told), []);
});

test('S18 nobody prints secrets in a burst, and what looks for them would find them', async () => {
  await Promise.all((await home.pods(8, { image: initProcess })).map((pod) => pod.served()));
  assert.deepEqual(home.leaks(), []);
  const printed = [...home.printed.all().values()].join('');
  assert.match(printed, /"msg":"[^"]*echo: \[secret\]/);
  const [secret = ''] = home.secrets();
  for (const words of [echoOf([secret]), `cut: ${secret.slice(0, 16)}`]) {
    for (const form of words.split(' ').filter((one) => one.length > 12)) {
      assert.equal(leaks([secret], new Map([['somebody', form]])).length, 1, form);
    }
  }
});
