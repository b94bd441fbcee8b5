import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Controller } from '../support/installation/controller.ts';
import { initProcess } from '../support/installation/image.ts';
import { type Installation, startInstallation } from '../support/installation/installation.ts';
import type { Pod } from '../support/installation/pod.ts';
import type { OpenBao } from '../support/real/openbao.ts';
import { until } from '../support/until.ts';

const MINT = /^auth\/approle\/role\/[^/]+\/secret-id$/;
const EVERY_ROLE = { rules: [{ approles: ['*'], namespaces: ['shop'] }] };

let home: Installation;
let controller: Controller;

before(async () => {
  home = await startInstallation({ roles: ['web'], proxied: true, persistent: true });
  controller = await home.controller({ authorization: EVERY_ROLE });
});

after(() => home[Symbol.asyncDispose]());

function servedAll(pods: readonly Pod[]): Promise<Pod[]> {
  return Promise.all(pods.map((pod) => pod.served()));
}

/** What is the matter with Vault, what the log says of it, and what ends it. */
interface Outage {
  readonly words: RegExp;
  begin(vault: Installation['servers']): Promise<() => Promise<void>>;
}

const OUTAGES: Readonly<Record<string, Outage>> = {
  'is sealed': {
    words: /unavailable: HTTP 503.*sealed/i,
    async begin({ vault }) {
      await vault.seal();
      return () => vault.unseal();
    },
  },
  'is away': {
    words: /unreachable/,
    async begin({ vault }) {
      await vault.kill();
      return () => vault.start();
    },
  },
  'has too much to do': {
    words: /throttled: HTTP 429/,
    async begin({ vaultProxy }) {
      const end = vaultProxy.faults.order({ fault: { kind: 'answer', status: 429 } });
      return async () => end();
    },
  },
};

for (const [what, { words, begin }] of Object.entries(OUTAGES)) {
  test(`S15 a Vault that ${what} is asked seldom, and no pod is lost`, async () => {
    const mints = () => home.servers.vaultProxy.callsTo(MINT).length;
    const mend = await begin(home.servers);
    const before = mints();
    const pods = await home.pods(20);
    for (const { uid } of pods) await controller.says({ msg: words, uid });
    assert.ok(mints() - before <= pods.length + 2, `${mints() - before} mints at once`);
    const [afterAll, since] = [mints(), performance.now()];
    await until('Vault has been tried twice more', () => mints() >= afterAll + 2);
    const [tries, seconds] = [mints() - afterAll, (performance.now() - since) / 1_000];
    assert.ok(tries <= 1 + 2 * seconds, `${tries} mints in ${seconds} s`);
    for (const { uid } of pods) {
      assert.equal(controller.said({ uid, reason: 'vault-unavailable' }).length, 1);
    }
    await mend();
    await servedAll(pods);
  });
}

for (const [what, away, back] of [
  ['killed', (vault: OpenBao) => vault.kill(), (vault: OpenBao) => vault.start()],
  ['sealed', (vault: OpenBao) => vault.seal(), (vault: OpenBao) => vault.unseal()],
] as const) {
  test(`S15 S26 a Vault that is ${what} in the middle of a burst loses no pod`, async () => {
    const { vault, vaultProxy } = home.servers;
    const before = vaultProxy.callsTo('auth/approle/login').length;
    const started = [home.pods(30), home.pods(5, { image: initProcess })];
    const logins = () => vaultProxy.callsTo('auth/approle/login').length - before;
    await until('some pods log in', () => logins() >= 5);
    await away(vault);
    await back(vault);
    const pods = await servedAll((await Promise.all(started)).flat());
    const tokens = pods.map((pod) => pod.token().clientToken);
    assert.equal(new Set(tokens).size, pods.length);
    for (const token of tokens) await home.lookedUp(token);
  });
}

test('S26 logins whose answers are lost do not lock their role', async () => {
  const { vaultProxy } = home.servers;
  const before = vaultProxy.callsTo('auth/approle/login').length;
  // After five failed logins Vault would refuse all others of the role for a quarter of an hour.
  const url = /auth\/approle\/login$/;
  vaultProxy.faults.order({ fault: { kind: 'lose' }, url, times: 6 });
  const pods = await servedAll(await home.pods(6));
  assert.equal(vaultProxy.callsTo('auth/approle/login').length - before, 2 * pods.length);
  const outcomes = vaultProxy.callsTo('auth/approle/login').slice(before);
  assert.ok(outcomes.every(({ answer }) => !answer.includes('invalid')));
});

/** A role that Vault refuses, what the log says of it, and what makes it right. */
const REFUSED: Readonly<
  Record<string, { words: RegExp; mend(home: Installation): Promise<void> }>
> = {
  missing: {
    words: /^Vault has no AppRole "missing" \(HTTP 404.*role "missing" does not exist/i,
    mend: ({ servers }) => makeRoleAgain(servers, 'missing'),
  },
  denied: {
    words: /^Vault does not let the controller mint for "denied" \(HTTP 403.*permission denied/i,
    mend: ({ servers }) => servers.allowRoles(['web', 'missing', 'denied']),
  },
};

/** Makes a role whose role_id has been handed out before. */
async function makeRoleAgain(servers: Installation['servers'], role: string): Promise<void> {
  const before = servers.roleIds.get(role);
  await servers.makeRole(role);
  await servers.vault.request('POST', `auth/approle/role/${role}/role-id`, { role_id: before });
}

for (const [role, { words, mend }] of Object.entries(REFUSED)) {
  test(`S14 a role that is ${role} slows only its own pods, and is served when it is right`, async () => {
    const { servers } = home;
    await servers.allowRoles(['web', 'missing']);
    await servers.makeRole(role);
    if (role === 'missing') await servers.vault.request('DELETE', `auth/approle/role/${role}`);
    const refused = await home.pods(10, { role });
    for (const { uid, name } of refused) {
      const line = await controller.says({ msg: words, uid, role, level: 'warn' });
      assert.equal(line['pod'], name);
    }
    const tries = () => servers.vaultProxy.callsTo(`auth/approle/role/${role}/secret-id`).length;
    const before = tries();
    const since = performance.now();
    await servedAll(await home.pods(8, { role: 'web' }));
    const seconds = (performance.now() - since) / 1_000;
    assert.ok(tries() - before <= 1 + 2 * seconds, `${tries() - before} tries in ${seconds} s`);
    await mend(home);
    await servedAll(refused);
  });
}

test('S14 a token of the controller that is dead pauses everything, and is named', async () => {
  const { vault, token } = home.servers;
  await vault.request('POST', 'auth/token/revoke', { token });
  const pods = await home.pods(5);
  const line = await controller.says({ msg: /^Vault no longer accepts the controller's token/ });
  assert.equal(line['remedy'], 'give the controller a new token');
  assert.equal(controller.said({ msg: /does not let the controller mint for "web"/ }).length, 0);
  await controller.stop();
  const anew = await home.servers.anotherToken();
  controller = await home.controller({ vault: { token: anew } });
  await servedAll(pods);
});
