import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANNOTATION } from '../../src/kube/pod-facts.ts';
import type { Controller } from '../support/installation/controller.ts';
import type { Image } from '../support/installation/image.ts';
import {
  type Installation,
  type PodWish,
  startInstallation,
} from '../support/installation/installation.ts';
import type { Pod } from '../support/installation/pod.ts';
import { exchanging, type Receiver, receiver } from '../support/installation/receiver.ts';
import { until } from '../support/until.ts';

let home: Installation;
let controller: Controller;

before(async () => {
  home = await startInstallation({ roles: ['web', 'office'] });
  controller = await home.controller({
    // An exchange is given up when its token's time is over.
    vault: { wrappingTTL: '4s' },
    authorization: { rules: [{ approles: ['web', 'nobodys'], namespaces: ['shop'] }] },
  });
});

after(async () => {
  for (const { exit } of idle) exit(1);
  await home[Symbol.asyncDispose]();
});

const idle: Receiver[] = [];

/** A pod that gets nothing, with an init container that waits for it. */
async function waitingPod(wish: PodWish): Promise<Pod> {
  const waits = receiver(() => undefined);
  idle.push(waits);
  return await home.pod({ ...wish, image: waits.image });
}

interface EventJson {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly source: { readonly component: string };
}

/** What `kubectl describe pod` shows of a pod's Events. */
async function eventsOf(pod: Pod): Promise<readonly EventJson[]> {
  const query = new URLSearchParams({ fieldSelector: `involvedObject.uid=${pod.uid}` });
  const path = `/api/v1/namespaces/shop/events?${query.toString()}`;
  type List = { items: readonly EventJson[] };
  return (await home.servers.plane.request<List>('GET', path)).items;
}

function eventOf(pod: Pod, message: RegExp): Promise<EventJson> {
  const find = async () => (await eventsOf(pod)).find((event) => message.test(event.message));
  return until(`${pod.name} has an Event ${message}`, find, 20_000);
}

test('a pod that is served gets an Event that says how long it took', async () => {
  const pod = await (await home.pod()).served();
  const { message, ...event } = await eventOf(pod, /was delivered/);
  assert.match(message, /^A credential of role "web" was delivered, [\d.]+m?s after/);
  assert.deepEqual(
    [event.type, event.reason, event.count, event.source.component],
    ['Normal', 'VaultSecretDelivered', 1, 'kubernetes-vault'],
  );
});

test('S14 the Event of a role that Vault does not have names role and reason, and what to do', async () => {
  const pod = await waitingPod({ role: 'nobodys' });
  const { type, reason, message } = await eventOf(pod, /nobodys/);
  assert.deepEqual([type, reason], ['Warning', 'VaultSecretFailed']);
  assert.match(message, /does not let the controller mint for "nobodys" \(HTTP 403 .*: let the/);
});

test('S9 the Event of a role that no rule allows says which rule to add', async () => {
  const pod = await waitingPod({ role: 'office' });
  const { message } = await eventOf(pod, /authorization rule/);
  assert.match(message, /have the role "office": add a rule for its namespace/);
});

test('S5 the Event of an annotation that names no init container says so', async () => {
  const pod = await waitingPod({
    but: (one) => one.withAnnotation(ANNOTATION.initContainer, 'instal'),
  });
  await eventOf(pod, /names the init container "instal", which the pod does not have/);
});

test('an init container that cannot reach Vault is told with the address', async () => {
  const nowhere = 'http://127.0.0.1:1';
  const pod = await home.pod({ environment: { VAULT_ADDR: nowhere, TIMEOUT: '20s' } });
  const { message } = await eventOf(pod, /vault-unreachable/);
  assert.ok(message.includes(nowhere), message);
});

test('what happens again is counted in one Event, and the delivery that follows in another', async () => {
  const pod = await home.pod({ environment: { VAULT_ROLE_ID: 'wrong', TIMEOUT: '1s' } });
  await eventOf(pod, /login-refused/);
  for (let again = 0; again < 2; again += 1) {
    await pod.ended();
    await pod.start(failing);
  }
  await pod.ended();
  await pod.start(exchanging().image);
  await eventOf(pod, /was delivered/);
  const ended = (await eventsOf(pod)).filter(({ message }) => message.includes('exit code 1'));
  assert.deepEqual(
    ended.map(({ count }) => count),
    [3],
  );
});

/** Ends with 1 as soon as it is pushed to. */
const failing: Image = (place, printed) =>
  receiver(({ hangUp, exit }) => {
    hangUp();
    exit(1);
  }).image(place, printed);

test('S18 no Event holds a secret', async () => {
  const { items } = await home.servers.plane.request<{ items: unknown[] }>('GET', '/api/v1/events');
  assert.ok(items.length >= 6);
  home.printed.add('Events', () => JSON.stringify(items));
  assert.deepEqual(home.leaks(), []);
});

test('without the RBAC rule for Events pods are served, and one line says what is missing', async () => {
  await controller.stop();
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }];
  const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles/kubernetes-vault-pods';
  const merge = 'application/merge-patch+json';
  await home.servers.plane.request('PATCH', role, { rules }, merge);
  const poor = await home.controller();
  const pods = await home.pods(5);
  await Promise.all(pods.map((pod) => pod.served()));
  const line = await poor.says({ msg: /^Events may not be written/ });
  assert.match(String(line['remedy']), /resources: \[events\], verbs: \[create, patch\]/);
  await Promise.all(pods.map((pod) => poor.says({ msg: /^delivered/, uid: pod.uid })));
  assert.equal(poor.said({ msg: /Events/ }).length, 1);
  for (const pod of pods) assert.deepEqual(await eventsOf(pod), []);
});
