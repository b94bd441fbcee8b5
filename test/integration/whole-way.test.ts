import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { DEFAULT_INIT_PORT } from '../../src/wire/push.ts';
import type { Controller } from '../support/installation/controller.ts';
import { logIn, unwrap } from '../support/installation/exchange.ts';
import { initProcess } from '../support/installation/image.ts';
import { type Installation, startInstallation } from '../support/installation/installation.ts';
import { deployFile } from '../support/real/deploy-file.ts';

let home: Installation;
let controller: Controller;

before(async () => {
  home = await startInstallation({ roles: ['web', 'office', 'sample-app'], tls: true });
  controller = await home.controller();
});

after(() => home[Symbol.asyncDispose]());

const UNPINNED = { VAULT_ADDR: undefined, VAULT_APPROLE: undefined, VAULT_CACERT: undefined };

test('a pod gets a token file that works, by real processes, over https, with the pins set', async () => {
  const pod = await (await home.pod({ image: initProcess })).served();
  const token = pod.token();
  assert.deepEqual(Object.keys(token), [
    'clientToken',
    'accessor',
    'leaseDuration',
    'renewable',
    'vaultAddr',
  ]);
  assert.equal(token.vaultAddr, home.vaultAddr);
  const found = await home.lookedUp(token.clientToken);
  assert.equal(found.path, 'auth/approle/login');
  assert.equal(found.accessor, token.accessor);
  assert.equal(pod.file('ca.crt'), home.servers.vault.caPem);
  assert.equal(statSync(join(pod.folder, 'vault-token')).mode & 0o777, 0o444);
  await controller.says({ msg: /^delivered/, pod: pod.name });
});

test('S12 S21 tens of pods at once, of two roles, each get a token of their own, minted once, or again for a reason that was told', async () => {
  const [web, office] = await Promise.all([
    home.pods(30, { role: 'web' }),
    home.pods(10, { role: 'office', image: initProcess }),
  ]);
  const pods = [...web, ...office];
  await Promise.all(pods.map((pod) => pod.served()));
  const tokens = new Set(pods.map((pod) => pod.token().clientToken));
  assert.equal(tokens.size, pods.length);
  for (const pod of pods) {
    await home.lookedUp(pod.token().clientToken);
    await controller.says({ msg: /^delivered/, pod: pod.name });
    const minted = controller.said({ msg: /^minted/, pod: pod.name }).length;
    assert.ok(
      minted >= 1 && minted <= 1 + controller.toldInVain(pod.name),
      `${pod.name}: ${minted}`,
    );
  }
});

test('RETRIEVE_TOKEN=false hands the secret_id on', async () => {
  const environment = { RETRIEVE_TOKEN: 'false' };
  const pod = await (await home.pod({ image: initProcess, environment })).served();
  const file = JSON.parse(pod.file('vault-secret-id'));
  assert.deepEqual(Object.keys(file), ['roleId', 'secretId', 'accessor', 'vaultAddr']);
  await home.lookedUp(await logIn(home.servers.vault, file.roleId, file.secretId));
});

test('UNWRAP_SECRET=false hands the wrapped secret_id on', async () => {
  const environment = { RETRIEVE_TOKEN: 'false', UNWRAP_SECRET: 'false' };
  const pod = await (await home.pod({ image: initProcess, environment })).served();
  const file = JSON.parse(pod.file('vault-wrapped-secret-id'));
  assert.deepEqual(Object.keys(file), ['roleId', 'wrappedSecretId', 'vaultAddr', 'ttl']);
  const secretId = await unwrap(home.servers.vault, file.wrappedSecretId);
  await home.lookedUp(await logIn(home.servers.vault, file.roleId, secretId));
});

test('TOKEN_FILE gets the bare token, too', async () => {
  const TOKEN_FILE = home.file('bare-token');
  const environment = { TOKEN_FILE, CREDENTIALS_MODE: '0440' };
  const pod = await (await home.pod({ image: initProcess, environment })).served();
  assert.equal(readFileSync(TOKEN_FILE, 'utf8'), pod.token().clientToken);
  assert.equal(statSync(TOKEN_FILE).mode & 0o777, 0o440);
});

test('S24 without pins the push says which Vault, and the log what that means', async () => {
  const pod = await (await home.pod({ image: initProcess, environment: UNPINNED })).served();
  await home.lookedUp(pod.token().clientToken);
  assert.equal(pod.file('ca.crt').trim(), home.servers.vault.caPem?.trim());
  assert.match(home.printed.all().get(pod.name) ?? '', /VAULT_ADDR is not set: whoever reaches/);
});

test('S24 a pin that names another role keeps the pod waiting, and the controller says why', async () => {
  const pod = await home.pod({ environment: { VAULT_APPROLE: 'office', TIMEOUT: '2s' } });
  const line = await controller.says({ pod: pod.name, reason: 'answered' });
  assert.match(line.msg, /pin-mismatch: the pod says "the token is for .*\/web\/secret-id/);
  assert.match(String(line['remedy']), /VAULT_\* variables/);
});

test('S16 a role whose name is written otherwise than Vault does is the same role', async () => {
  const pod = await (await home.pod({ role: 'WEB' })).served();
  assert.equal(controller.said({ pod: pod.name, msg: /^minted/ })[0]?.['role'], 'web');
});

test('S29 a pod of the sample app, with what its manifest says, is served on IPv6 and the usual port', async () => {
  const { annotations, init } = sampleApp();
  assert.equal(init.name, annotations['pod.boostport.com/vault-init-container']);
  assert.deepEqual(
    init.env.map(({ name }) => name),
    ['VAULT_ROLE_ID', 'VAULT_ADDR', 'VAULT_APPROLE'],
  );
  const pod = await home.pod({
    role: annotations['pod.boostport.com/vault-approle'] ?? '',
    image: initProcess,
    ip: '::1',
    environment: { LISTEN_PORT: undefined },
    but: (one) => one.withAnnotation('pod.boostport.com/vault-init-port', undefined),
  });
  await pod.served();
  const printed = home.printed.all().get(pod.name) ?? '';
  assert.ok(printed.includes(`[::1]:${DEFAULT_INIT_PORT}`), printed);
  assert.match(printed, /"pinned":true/);
});

interface Template {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly initContainers: readonly [
      { readonly name: string; readonly env: readonly { readonly name: string }[] },
    ];
  };
}

/** The pods of the quick start's Deployment. */
function sampleApp() {
  const deployment = parse(
    readFileSync(deployFile('quick-start/sample-app/sample-app.yaml'), 'utf8'),
  );
  const { metadata, spec }: Template = deployment.spec.template;
  return { annotations: metadata.annotations, init: spec.initContainers[0] };
}
