import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANNOTATION } from '../../src/kube/pod-facts.ts';
import type { Controller } from '../support/installation/controller.ts';
import { logIn, mint, unwrap } from '../support/installation/exchange.ts';
import { initWithin, startingWhen } from '../support/installation/image.ts';
import { type Installation, startInstallation } from '../support/installation/installation.ts';
import type { Pod } from '../support/installation/pod.ts';
import { post } from '../support/installation/post.ts';
import { EXCHANGED, exchanging, receiver } from '../support/installation/receiver.ts';
import { until } from '../support/until.ts';

let home: Installation;
let controller: Controller;

before(async () => {
  const podNamespaces = ['shop', 'garden'];
  home = await startInstallation({ roles: ['web', 'office'], podNamespaces, proxied: true });
  const authorization = { rules: [{ approles: ['web'], namespaces: podNamespaces }] };
  authorization.rules.push({ approles: ['office'], namespaces: ['shop'] });
  controller = await home.controller({ authorization });
});

after(() => home[Symbol.asyncDispose]());

/** The accessors of the secret_ids that were minted for the pod. */
function mintedFor({ uid }: Pod): string[] {
  return controller.said({ msg: /^minted/, uid }).map((line) => String(line['accessor']));
}

async function isDestroyed(accessor: string, role = 'web'): Promise<boolean> {
  const path = `auth/approle/role/${role}/secret-id-accessor/lookup`;
  const lookup = home.servers.vault.request('POST', path, { secret_id_accessor: accessor });
  return await lookup.then(
    () => false,
    () => true,
  );
}

const NO_SUCCESS: readonly [number, string][] = [
  [302, ''],
  [404, 'no such page'],
  [500, 'out of order'],
  [509, JSON.stringify(EXCHANGED)],
];

test('S10 S11 an answer other than 2xx is no success: a new secret_id comes, and the old one is destroyed', async () => {
  const receivers = NO_SUCCESS.map(([status, body]) =>
    receiver(({ before, answer, exit }) => {
      if (before === 0) return answer(status, body);
      answer(200, EXCHANGED);
      exit(0);
    }),
  );
  const pods = await Promise.all(receivers.map(({ image }) => home.pod({ image })));
  for (const [index, pod] of pods.entries()) {
    await pod.served();
    const tokens = receivers[index]?.pushes.map((push) => push.token.reveal());
    assert.equal(tokens?.length, 2);
    assert.notEqual(tokens[0], tokens[1]);
    const [first = '', second = ''] = mintedFor(pod);
    await until('the first is destroyed', () => isDestroyed(first));
    assert.equal(await isDestroyed(second), false);
    await controller.says({ uid: pod.uid, msg: /^delivered/ });
  }
});

test('S11 S13 a container that listens late is tried fast, then less often, with one token', async () => {
  const listens = Promise.withResolvers<void>();
  const pod = await home.pod({ image: startingWhen(listens.promise, initWithin) });
  const refused = () => controller.said({ uid: pod.uid, msg: /^nothing can be reached at/ });
  // Each failed attempt is said, and once, in between, that the pod waits.
  const attempts = () => refused().filter(({ level }) => level === 'debug');
  await until('it has been tried in vain', () => attempts().length >= 7);
  listens.resolve();
  await pod.served();
  assert.equal(mintedFor(pod).length, 1);
  const times = attempts().map(({ time }) => Date.parse(String(time)));
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const [early, late] = [Math.min(...pauses.slice(0, 3)), pauses[5] ?? 0];
  assert.ok(early * 4 < late, `pauses of ${pauses.join(', ')} ms`);
});

test('S12 a native sidecar is served until it has started, and no further', async () => {
  const sidecar = receiver(({ answer }) => answer(200, EXCHANGED));
  const pod = await home.pod({ image: sidecar.image, but: (one) => one.nativeSidecar() });
  await until('it has been pushed to', () => sidecar.pushes.length > 0);
  await pod.report((one) => one.sidecarStarted().running());
  await controller.says({ uid: pod.uid, msg: /^delivered/ });
  await (await home.pod()).served();
  assert.equal(sidecar.pushes.length, 1);
});

const ODD_NAMES = ['../web', 'web/secret-id', '-web', 'wéb', 'web\n', '', 'w'.repeat(513), '%77eb'];

test('S16 a role name that Vault could not have is no part of any request, and is told', async () => {
  const silent = ODD_NAMES.map(() => receiver(() => undefined));
  const mints = () => home.servers.vaultProxy.callsTo(/^auth\/approle\/role\/.*secret-id$/).length;
  const before = mints();
  const pods = await Promise.all(
    ODD_NAMES.map((role, index) => home.pod({ role, image: silent[index]?.image })),
  );
  for (const { uid } of pods) {
    const line = await controller.says({
      uid,
      msg: /is no name that an AppRole of Vault can have$/,
    });
    assert.ok(line.msg.length < 300 && !line.msg.includes('\n'), line.msg);
  }
  assert.equal(mints(), before);
  for (const { exit } of silent) exit(1);
});

test('an init container of the original, which answers at once and exchanges later, is served', async () => {
  const { vault, roleIds } = home.servers;
  const original = receiver(async ({ push, answer, exit }) => {
    answer(200);
    const secretId = await unwrap(vault, push.token.reveal());
    await logIn(vault, roleIds.get('web') ?? '', secretId);
    exit(0);
  });
  const pod = await (await home.pod({ image: original.image })).served();
  await controller.says({ uid: pod.uid, msg: /^delivered/ });
  assert.equal(original.pushes.length, 1);
});

test('the push of an original controller is taken by our init container', async () => {
  const { vault } = home.servers;
  const { token, creation_time: creationTime, ttl } = await mint(vault, 'web');
  const pod = await home.createPod({ environment: { VAULT_APPROLE: undefined } });
  // It is never reported as running: only the original controller knows of it.
  const ended = pod.startUnseen();
  const push = { token, creationTime, ttl, vaultAddr: home.vaultAddr, vaultCAs: null };
  const { status } = await until('the push is taken', () => post(pod.ip, home.initPort, push));
  assert.equal(status, 200);
  assert.equal(await ended, 0);
  await home.lookedUp(pod.token().clientToken);
});

test('S9 a pod that asks for another role before it was served gets nothing of the first', async () => {
  const listens = Promise.withResolvers<void>();
  const late = exchanging();
  const pod = await home.pod({ role: 'web', image: startingWhen(listens.promise, late.image) });
  const { accessor } = await controller.says({ uid: pod.uid, msg: /^minted/, role: 'web' });
  await home.users.change(pod.builder, { annotations: { [ANNOTATION.approle]: 'office' } });
  await controller.says({ uid: pod.uid, msg: /^minted/, role: 'office' });
  listens.resolve();
  await pod.served();
  assert.deepEqual(
    late.pushes.map(({ role }) => role),
    ['office'],
  );
  await until('the first is destroyed', () => isDestroyed(String(accessor)));
});

test('S9 a role that no rule allows is refused, and served once one does', async () => {
  const pod = await home.pod({ role: 'office', namespace: 'garden' });
  const line = await controller.says({ uid: pod.uid, level: 'warn' });
  assert.match(line.msg, /no authorization rule lets this pod have the role "office"/);
  assert.match(String(line['remedy']), /authorization\.rules/);
  assert.deepEqual(mintedFor(pod), []);
  assert.equal(await controller.stop(), 0);
  const rules = [{ approles: ['off*'], namespaces: ['~gard.*'] }];
  controller = await home.controller({ authorization: { rules } });
  await pod.served();
});
