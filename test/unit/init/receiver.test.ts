import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { createLog } from '../../../src/init/log.ts';
import { createReceiver, type ReceiverParts } from '../../../src/init/receiver/receiver.ts';
import { selfSignedCertificate } from '../../../src/init/self-signed-certificate.ts';
import { type Answer, encodeAnswer } from '../../../src/wire/answer.ts';
import { post } from '../../support/init/post.ts';
import { within } from '../../support/until.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const HOST = '127.0.0.1';
const PUSH = '{"token":"hvs.x","ttl":60,"vaultAddr":"https://vault"}';
const REFUSED: Answer = { result: 'login-refused', reason: 'invalid role', tokenUsed: true };

async function aReceiver(take: ReceiverParts['take'], unready?: ReceiverParts['unready']) {
  const log = createLog('error', virtualClock(), () => {});
  const identity = selfSignedCertificate({
    addresses: [HOST],
    now: Date.now(),
    validForMs: 60_000,
  });
  const probed = unready === undefined ? {} : { unready };
  const receiver = createReceiver({ identity, log, take, ...probed });
  const { port } = await receiver.listen(HOST, 0);
  return { receiver, port, identity, [Symbol.dispose]: () => receiver.close() };
}

test('S21 the answer is the body, and its result the status', async () => {
  using it = await aReceiver(async () => REFUSED);
  const reply = await post({ host: HOST, port: it.port, body: PUSH });
  assert.deepEqual(reply, { status: 502, body: encodeAnswer(REFUSED) });
});

test('S20 a fault of our own is answered with 500, and nothing of it is repeated', async () => {
  using it = await aReceiver(() => Promise.reject(new TypeError('hvs.secret')));
  const { status, body } = await post({ host: HOST, port: it.port, body: PUSH });
  assert.deepEqual([status, body], [500, 'The push could not be dealt with']);
});

test('S29 a client that knows the certificate finds it right for its address', async () => {
  using it = await aReceiver(async () => REFUSED);
  const socket = connect({ host: HOST, port: it.port, ca: it.identity.certificate });
  await once(socket, 'secureConnect');
  assert.deepEqual([socket.authorized, socket.getPeerCertificate().bits], [true, 256]);
  socket.destroy();
});

test('S21 what is under way is waited for, a peer that has gone is not', async () => {
  const taken = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Answer>();
  using it = await aReceiver(() => {
    taken.resolve();
    return answer.promise;
  });
  const peer = connect({ host: HOST, port: it.port, rejectUnauthorized: false });
  peer.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${PUSH.length}\r\n\r\n${PUSH}`);
  await taken.promise;
  let drained = false;
  const done = it.receiver.drained().then(() => {
    drained = true;
  });
  peer.destroy();
  // A whole other request comes after the end of that connection.
  await post({ host: HOST, port: it.port, path: '/other' });
  assert.equal(drained, false);
  answer.resolve(REFUSED);
  await within('the receiver has drained', done);
});

test('probes are told whether there is a good token, and why not', async () => {
  let why: string | undefined = 'waiting for a push';
  using it = await aReceiver(
    async () => REFUSED,
    async () => why,
  );
  const probe = { host: HOST, port: it.port, path: '/readyz?verbose', method: 'GET' };
  assert.deepEqual(await post(probe), { status: 503, body: 'waiting for a push' });
  why = undefined;
  assert.deepEqual(await post(probe), { status: 200, body: 'ok' });
  assert.equal((await post({ ...probe, method: 'POST', body: PUSH })).status, 405);
});

test('S20 an init container that renews nothing has no path but /', async () => {
  using it = await aReceiver(async () => REFUSED);
  const probe = { host: HOST, port: it.port, path: '/readyz', method: 'GET' };
  assert.equal((await post(probe)).status, 404);
});
