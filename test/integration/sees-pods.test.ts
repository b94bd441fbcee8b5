import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANNOTATION } from '../../src/kube/pod-facts.ts';
import type { Controller } from '../support/installation/controller.ts';
import {
  type Installation,
  type PodWish,
  startInstallation,
} from '../support/installation/installation.ts';
import type { Pod } from '../support/installation/pod.ts';
import { EXCHANGED, exchanging, receiver } from '../support/installation/receiver.ts';
import { isWatch } from '../support/servers/faulty-proxy.ts';
import { until } from '../support/until.ts';

let home: Installation;
let controller: Controller;

before(async () => {
  const podNamespaces = ['shop', 'shop-2', 'elsewhere'];
  home = await startInstallation({ roles: ['web', 'office'], podNamespaces, proxied: true });
  controller = await home.controller({ kubernetes: { watchNamespace: '~^shop' } });
});

after(() => home[Symbol.asyncDispose]());

function mintsFor(pod: Pod): number {
  return controller.said({ msg: /^minted/, uid: pod.uid }).length;
}

/** Serves a pod: whatever the controller was told before it, it has dealt with then. */
async function serveAnother(): Promise<void> {
  await (await home.pod()).served();
}

test('S1 one pod after the other is served, over one watch', async () => {
  const { kubeProxy } = home.servers;
  const before = kubeProxy.podRequests();
  for (let count = 0; count < 10; count++) await serveAnother();
  assert.deepEqual(kubeProxy.podRequests(), before);
  assert.equal(before.filter(isWatch).length, 1);
});

test('S4 pods of one name in two namespaces, and one made anew, are served each', async () => {
  const first = await (await home.pod({ name: 'twin', namespace: 'shop' })).served();
  const second = await (await home.pod({ name: 'twin', namespace: 'shop-2' })).served();
  await home.users.remove(first.builder);
  const anew = await (await home.pod({ name: 'twin', namespace: 'shop' })).served();
  const pods = [first, second, anew];
  assert.equal(new Set(pods.map((pod) => pod.uid)).size, 3);
  assert.equal(new Set(pods.map((pod) => pod.token().clientToken)).size, 3);
  assert.deepEqual(pods.map(mintsFor), [1, 1, 1]);
});

/** Pods that are to have nothing, and what the log says of them, if anything. */
const NO_CUSTOMERS: readonly [string, PodWish, RegExp | undefined][] = [
  ['has no IP', { but: (pod) => pod.withoutIp() }, undefined],
  ['lives in another namespace', { namespace: 'elsewhere' }, undefined],
  [
    'names no role',
    { but: (pod) => pod.withAnnotation(ANNOTATION.approle, undefined) },
    /names an init container, but no AppRole/,
  ],
  [
    'names no init container',
    { but: (pod) => pod.withAnnotation(ANNOTATION.initContainer, undefined) },
    /names an AppRole, but no init container/,
  ],
  [
    'names an init container that it does not have',
    { but: (pod) => pod.withAnnotation(ANNOTATION.initContainer, 'instal') },
    /names the init container "instal", which the pod does not have/,
  ],
];

for (const [what, wish, words] of NO_CUSTOMERS) {
  test(`S5 a pod that ${what} gets no push`, async () => {
    const silent = receiver(() => undefined);
    const pod = await home.pod({ ...wish, image: silent.image });
    if (words === undefined) await serveAnother();
    else await controller.says({ uid: pod.uid, msg: words });
    assert.equal(silent.pushes.length, 0);
    assert.equal(mintsFor(pod), 0);
    silent.exit(1);
  });
}

test('S5 a pod that is being deleted, or whose init container does not run, gets no push', async () => {
  const silent = [receiver(() => undefined), receiver(() => undefined)] as const;
  const deleting = await home.createPod({ image: silent[0].image });
  await home.users.remove(deleting.builder, 30);
  await deleting.start();
  const waiting = await home.createPod({ image: silent[1].image });
  await serveAnother();
  assert.deepEqual([deleting, waiting].map(mintsFor), [0, 0]);
  for (const { pushes, exit } of silent) {
    assert.equal(pushes.length, 0);
    exit(1);
  }
});

test('S6 who has got the IP of a pod that waits gets nothing of it', async () => {
  const { vault } = home.servers;
  await vault.request('DELETE', 'auth/approle/role/office');
  const moved = exchanging();
  const waits = await home.pod({ role: 'office', image: () => ({ ended: moved.ended }) });
  await controller.says({ uid: waits.uid, reason: 'role-missing' });
  const newIp = home.anotherIp();
  await waits.report((pod) => pod.withIp(newIp));
  moved.listen(newIp, home.initPort);
  // It goes on listening, so that whatever was meant for the other would come to it.
  const newcomer = receiver(({ answer }) => answer(200, EXCHANGED));
  await home.pod({ role: 'web', ip: waits.ip, image: newcomer.image });
  await until('the newcomer has its own', () => newcomer.pushes.length > 0);
  await vault.request('POST', 'auth/approle/role/office', {});
  await waits.served();
  newcomer.exit(0);
  const pushed = [moved, newcomer].map(({ pushes }) => pushes.map(({ role }) => role));
  assert.deepEqual(pushed, [['office'], ['web']]);
});

test('S8 an init container that runs again while the phase stays Running is served again', async () => {
  const pod = await (await home.pod()).served();
  const { clientToken } = pod.token();
  await pod.start();
  assert.equal(pod.builder.build().status['phase'], 'Running');
  await pod.served();
  assert.notEqual(pod.token().clientToken, clientToken);
  assert.equal(mintsFor(pod), 2);
});

test('S12 an init container that failed and runs again is served again', async () => {
  const pod = await home.pod({ environment: { VAULT_ROLE_ID: 'wrong', TIMEOUT: '1s' } });
  await controller.says({ uid: pod.uid, reason: 'answered', msg: /login-refused/ });
  assert.equal(await pod.ended(), 1);
  await pod.start(exchanging().image);
  await pod.served();
  await controller.says({ uid: pod.uid, msg: /^delivered/ });
});

test('S12 an init container that has its credential and still runs gets no other', async () => {
  const slow = receiver(({ answer }) => answer(200, EXCHANGED));
  const pod = await home.pod({ image: slow.image });
  await until('it has been pushed to', () => slow.pushes.length > 0);
  await home.users.change(pod.builder, { labels: { touched: 'yes' } });
  await serveAnother();
  slow.exit(0);
  await controller.says({ uid: pod.uid, msg: /^delivered/ });
  assert.equal(slow.pushes.length, 1);
  assert.equal(mintsFor(pod), 1);
});
