import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { encodePush, type Push } from '../../src/wire/push.ts';
import type { Controller } from '../support/installation/controller.ts';
import { unwrap } from '../support/installation/exchange.ts';
import { type Image, initWithin, startingWhen } from '../support/installation/image.ts';
import { type Installation, startInstallation } from '../support/installation/installation.ts';
import { post } from '../support/installation/post.ts';
import {
  EXCHANGED,
  exchanging,
  type Reaction,
  receiver,
} from '../support/installation/receiver.ts';
import { RequestFailed } from '../support/real/admin-client.ts';
import { until } from '../support/until.ts';

let home: Installation;
let controller: Controller;

before(async () => {
  home = await startInstallation({ proxied: true });
  controller = await home.controller();
});

after(() => home[Symbol.asyncDispose]());

const TOKEN_GONE = { result: 'token-gone', reason: 'nobody knows it', tokenUsed: false };

/** Who stands before an init container, takes the first token for himself, and lets all else pass. */
function thiefBefore(image: Image): Image {
  return (place, printed) => {
    const behind = home.anotherIp();
    const environment = { ...place.environment, LISTEN_ADDRESS: behind };
    const { ended } = image({ ...place, ip: behind, environment }, printed);
    const thief = receiver(async ({ push, before, answer }) => {
      if (before === 0) await unwrap(home.servers.vault, push.token.reveal());
      const { status, body } = await post(behind, place.port, encodePush(push));
      answer(status, body);
    });
    thief.listen(place.ip, place.port);
    void ended.then((code) => thief.exit(code));
    return { ended };
  };
}

test('S23 a token that is stolen on its way is reported loudly, and the pod gets another', async () => {
  const pod = await home.pod({ image: thiefBefore(initWithin) });
  const line = await controller.says({ uid: pod.uid, level: 'error' });
  assert.match(line.msg, /^INTERCEPTION SUSPECTED/);
  const [minted] = controller.said({ uid: pod.uid, msg: /^minted/ });
  const { role, accessor, certainty } = line;
  assert.deepEqual(
    { role, accessor, certainty, pod: line['pod'] },
    { role: 'web', accessor: minted?.['accessor'], certainty: 'suspected', pod: pod.name },
  );
  await pod.served();
  await home.lookedUp(pod.token().clientToken);
  assert.equal(controller.said({ uid: pod.uid, level: 'error' }).length, 1);
});

test('a token that somebody used who never answered is reported as possibly intercepted', async () => {
  const thief = receiver(async ({ push, before, answer, hangUp, exit }) => {
    if (before > 0) {
      answer(200, EXCHANGED);
      return exit(0);
    }
    await unwrap(home.servers.vault, push.token.reveal());
    hangUp();
  });
  const pod = await home.pod({ image: thief.image });
  const line = await controller.says({ uid: pod.uid, level: 'error' });
  assert.match(line.msg, /^interception possible/);
  await pod.served();
});

test('an answer that nobody keeps, of a container that then fails, is reported', async () => {
  const liar = receiver(({ answer, exit }) => {
    answer(200, EXCHANGED);
    exit(1);
  });
  const pod = await home.pod({ image: liar.image });
  const line = await controller.says({ uid: pod.uid, level: 'error' });
  assert.match(line.msg, /^delivered but not seen to finish/);
});

test('a token that the init container used itself raises no alarm', async () => {
  const pod = await home.pod({ environment: { VAULT_ROLE_ID: 'wrong', TIMEOUT: '1s' } });
  await controller.says({ uid: pod.uid, reason: 'answered' });
  assert.equal(await pod.ended(), 1);
  await pod.start(exchanging().image);
  await pod.served();
  await controller.says({ uid: pod.uid, msg: /^delivered/ });
  assert.deepEqual(controller.said({ uid: pod.uid, level: 'error' }), []);
});

test('S11 S23 a token that nobody used in its time raises no alarm, and is replaced when somebody listens', async () => {
  await controller.stop();
  controller = await home.controller({ vault: { wrappingTTL: '2s' } });
  const [listens, expired] = [Promise.withResolvers<void>(), receiver(afterItsTime)];
  const late = await home.pod({ image: startingWhen(listens.promise, initWithin) });
  const slow = await home.pod({ image: expired.image });
  const minted = ({ uid }: { uid: string }) => controller.said({ uid, msg: /^minted/ });
  await controller.says({ uid: late.uid, msg: /expired before anybody listened/ });
  await (await home.pod()).served();
  assert.equal(minted(late).length, 1);
  listens.resolve();
  await late.served();
  assert.equal(minted(late).length, 2);
  await slow.served();
  assert.equal(expired.pushes.length, 2);
  assert.deepEqual(controller.said({ level: 'error' }), []);
});

/** Answers the first push when Vault has forgotten its token. */
const afterItsTime: Reaction = async ({ push, before, answer, exit }) => {
  if (before === 0) {
    await until('the token has expired', () => isGone(push));
    return answer(410, TOKEN_GONE);
  }
  answer(200, EXCHANGED);
  exit(0);
};

async function isGone({ token }: Push): Promise<boolean> {
  try {
    const body = { token: token.reveal() };
    await home.servers.vault.request('POST', 'sys/wrapping/lookup', body);
    return false;
  } catch (error) {
    if (error instanceof RequestFailed) return true;
    throw error;
  }
}
