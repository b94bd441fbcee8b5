import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../../src/base/clock.ts';
import { liveAgents } from '../../../../src/vault/ca/live-agents.ts';
import { tellingUntrusted } from '../../../../src/vault/ca/untrusted.ts';
import { createVaultClient, type VaultClient } from '../../../../src/vault/client/vault-client.ts';
import { isVaultError } from '../../../../src/vault/client/vault-error.ts';
import { createTestCa } from '../../../support/real/test-ca.ts';
import {
  type AnsweringServer,
  answeringServer,
  json,
} from '../../../support/servers/answering-server.ts';
import { until, within } from '../../../support/until.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const [old, fresh] = await Promise.all([createTestCa('old'), createTestCa('fresh')]);
const oldIdentity = await old.issue('vault', ['127.0.0.1']);
const freshIdentity = await fresh.issue('vault', ['127.0.0.1']);
const ASK = { name: 'ask', method: 'GET', path: 'sys/health' } as const;

/** A client whose authorities are those of `trust.pem` at the time. */
function trusting(first: string, { origin }: AnsweringServer) {
  const trust = { pem: first };
  const agents = liveAgents(() => trust.pem, 4);
  return { trust, agents, vault: createVaultClient({ address: origin, agents }, systemClock) };
}

test('S32 another authority is trusted from the next request on, over a new connection', async () => {
  await using server = await answeringServer(() => json({}), { https: oldIdentity });
  const { trust, vault } = trusting(old.caPem, server);
  await vault.send(ASK);
  server.show(freshIdentity);
  await vault.send(ASK);
  assert.equal(server.connections(), 1, 'a connection that stands is not verified again');
  trust.pem = fresh.caPem;
  await vault.send(ASK);
  await vault.send(ASK);
  assert.equal(server.connections(), 2);
  vault.close();
});

test('S32 what is under way when the authorities change is not dropped', async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await using server = await answeringServer(
    ({ path }) => {
      if (path !== '/v1/slow') return json({});
      asked.resolve();
      return (socket) => {
        void answer.promise.then(() =>
          socket.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nslow'),
        );
      };
    },
    { https: oldIdentity },
  );
  const { trust, agents, vault } = trusting(old.caPem, server);
  const slow = vault.send({ ...ASK, path: 'slow' });
  await asked.promise;
  server.show(freshIdentity);
  trust.pem = fresh.caPem;
  await Promise.all([vault.send(ASK), vault.send(ASK)]);
  trust.pem = `${fresh.caPem}${old.caPem}`;
  await vault.send(ASK);
  answer.resolve();
  assert.equal(await slow, 'slow');
  agents.destroy();
});

test('closing ends also what began before the authorities changed', async () => {
  const asked = Promise.withResolvers<void>();
  await using server = await answeringServer(
    ({ path }) => (path === '/v1/slow' ? () => asked.resolve() : json({})),
    { https: oldIdentity },
  );
  const { trust, vault } = trusting(old.caPem, server);
  const slow = assert.rejects(vault.send({ ...ASK, path: 'slow' }), isVaultError);
  await asked.promise;
  trust.pem = `${old.caPem}${fresh.caPem}`;
  await vault.send(ASK);
  vault.close();
  // Long before its own deadline.
  await within('it has ended', slow, 5_000);
});

test('idle connections of before are closed, so that no request goes over them', async () => {
  await using server = await answeringServer(() => json({}), { https: oldIdentity });
  const { trust, agents, vault } = trusting(old.caPem, server);
  await vault.send(ASK);
  const before = agents.https();
  assert.equal(Object.keys(before.freeSockets).length, 1);
  trust.pem = `${old.caPem}${fresh.caPem}`;
  await vault.send(ASK);
  // Long before the server would close them.
  await until('they are closed', () => Object.keys(before.freeSockets).length === 0, 2_000);
  vault.close();
});

test('S32 each certificate that is configured is trusted by itself, an intermediate one too', async () => {
  await using server = await answeringServer(() => json({}), { https: oldIdentity });
  const { vault } = trusting(oldIdentity.certPem, server);
  await vault.send(ASK);
  vault.close();
});

/** Sends, and gives the words that were told of a certificate that is not accepted. */
async function toldBy(vault: VaultClient, times: number, clock = virtualClock()) {
  const told: string[] = [];
  const telling = tellingUntrusted(vault, clock, (words) => told.push(words));
  for (let sent = 0; sent < times; sent += 1) {
    await telling.send(ASK).catch((error: unknown) => assert.ok(isVaultError(error)));
    clock.advance(10_000);
  }
  telling.close();
  return told;
}

test('S32 a certificate that is not accepted is told of, once in 30 s, and nothing is sent to it', async () => {
  await using server = await answeringServer(() => json({}), { https: freshIdentity });
  const told = await toldBy(trusting(old.caPem, server).vault, 6);
  assert.equal(told.length, 2);
  assert.match(told[0] ?? '', /certificate/);
  assert.equal(server.requests.length, 0);
});

test('S32 other failures say nothing of the certificate', async () => {
  await using server = await answeringServer(() => json({ errors: [] }, 500), {
    https: oldIdentity,
  });
  assert.deepEqual(await toldBy(trusting(old.caPem, server).vault, 1), []);
  await server[Symbol.asyncDispose]();
  assert.deepEqual(await toldBy(trusting(old.caPem, server).vault, 1), []);
});
